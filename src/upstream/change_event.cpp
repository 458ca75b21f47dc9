#include "upstream/change_event.hpp"

#include <string>
#include <utility>
#include <vector>

#include "observe/civil_time.hpp"
#include "observe/os_error_text.hpp"
#include "upstream/out.hpp"
#include "upstream/resolution.hpp"

namespace headgate::upstream {
namespace {

std::string text_of(const std::optional<TimeStamp>& time) {
  std::string text;
  if (time) observe::append_rfc3339(text, *time, observe::Zone::utc);
  return text;
}

}  // namespace

void log_change(observe::Log& log, const EndpointState& endpoint, const TimelineEntry& entry) {
  const Evidence& evidence = entry.evidence;
  std::vector<observe::EventMember> members{{"upstream", endpoint.upstream}, {"backend", endpoint.name},
                                            {"from", describe(entry.from)},  {"to", describe(entry.to)},
                                            {"by", to_string(entry.actor)},  {"detail", evidence.text}};
  if (evidence.failure != Cause::none) members.emplace_back("failure", to_string(evidence.failure));
  if (evidence.status != 0) members.emplace_back("backend_status", evidence.status);
  if (evidence.os_error != 0) members.emplace_back("os_error", observe::os_error_text(evidence.os_error));
  members.emplace_back("probe", evidence.probe);
  if (evidence.latency_us >= 0) members.emplace_back("probe_ms", static_cast<double>(evidence.latency_us) / 1000);
  members.emplace_back("until", text_of(entry.until));
  members.emplace_back("next_probe", text_of(entry.next_probe));
  log.event(observe::default_level(entry.cause), entry.cause, {}, std::move(members));
}

void log_move(observe::Log& log, const std::string& backend, const std::vector<net::SocketAddress>& before,
              const std::vector<net::SocketAddress>& now) {
  if (before.empty() || now.empty() || before == now) return;
  log.event(observe::default_level(Cause::backend_moved), Cause::backend_moved, {},
            {{"backend", backend}, {"from", describe(before)}, {"to", describe(now)}});
}

void log_panic(observe::Log& log, const std::string& upstream, const PanicWatch::Change& change) {
  const Cause cause = change.panic ? Cause::panic_began : Cause::panic_ended;
  log.event(observe::default_level(cause), cause, {},
            {{"upstream", upstream}, {"backends_up", change.group.usable}, {"backends", change.group.members}});
}

}  // namespace headgate::upstream
