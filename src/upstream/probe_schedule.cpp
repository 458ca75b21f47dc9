#include "upstream/probe_schedule.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace headgate::upstream {
namespace {

Endpoint target_of(const WantedProbe& probe) {
  Endpoint target = probe.endpoint->endpoint;
  if (!target.is_unix() && probe.rules.port != 0) target.port = static_cast<std::uint16_t>(probe.rules.port);
  return target;
}

bool contains(const std::vector<std::shared_ptr<EndpointState>>& all, const std::shared_ptr<EndpointState>& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

std::chrono::milliseconds pause_after_probe(const config::ActiveHealth& rules, std::uint32_t failures_in_a_row,
                                            double random) {
  std::chrono::milliseconds pause = rules.interval;
  for (std::uint32_t i = rules.unhealthy_after; i < failures_in_a_row && pause < rules.max_interval; ++i) pause *= 2;
  pause = std::min(pause, rules.max_interval);
  const double jitter = (2 * random - 1) * rules.jitter_percent / 100;
  return std::chrono::milliseconds{std::llround(static_cast<double>(pause.count()) * (1 + jitter))};
}

ProbeSchedule::Key ProbeSchedule::key_of(const WantedProbe& probe) {
  const config::ActiveHealth& rules = probe.rules;
  std::string key = to_string(target_of(probe));
  const auto add = [&key](const std::string& part) { key.append("\n").append(part); };
  if (probe.tls.client) {  // not by its options: what was found out with others says nothing
    add(std::to_string(reinterpret_cast<std::uintptr_t>(probe.tls.client.get())));
    add(probe.tls.server_name);
  }
  add(std::to_string(static_cast<int>(rules.type)));
  add(rules.method);
  add(rules.path);
  add(rules.host.empty() ? probe.endpoint->host_field : rules.host);
  for (const auto time : {rules.interval, rules.max_interval, rules.timeout}) add(std::to_string(time.count()));
  add(std::to_string(rules.jitter_percent));
  for (const auto& range : rules.expect_status) add(std::to_string(range.first) + "-" + std::to_string(range.last));
  add(rules.expect_body);
  add(rules.service);
  add(std::to_string(static_cast<int>(probe.proxy_protocol)));
  add(std::to_string(static_cast<int>(probe.protocol)));
  return key;
}

std::vector<ProbeResult> ProbeSchedule::update(const std::vector<WantedProbe>& wanted, std::uint64_t now) {
  std::map<Key, Scheduled> before = std::exchange(probes_, {});
  std::vector<ProbeResult> known;
  for (const WantedProbe& probe : wanted) {
    const Key key = key_of(probe);
    const auto kept = before.find(key);
    Scheduled fresh{probe.endpoint->name, target_of(probe), probe.rules, probe.tls,
                    probe.proxy_protocol, probe.protocol,   {},          now};
    fresh.rules.host = probe.rules.host.empty() ? probe.endpoint->host_field : probe.rules.host;
    Scheduled& scheduled = probes_.try_emplace(key, std::move(fresh)).first->second;
    // The pause grows for the most patient of those who want it.
    scheduled.rules.unhealthy_after = std::max(scheduled.rules.unhealthy_after, probe.rules.unhealthy_after);
    if (!contains(scheduled.wanted_by, probe.endpoint)) scheduled.wanted_by.push_back(probe.endpoint);
    if (kept == before.end()) continue;
    const Scheduled& old = kept->second;
    scheduled.due = old.due;
    scheduled.failures_in_a_row = old.failures_in_a_row;
    scheduled.running = old.running;
    scheduled.last = old.last;
    if (old.last && !contains(old.wanted_by, probe.endpoint)) known.push_back({probe.endpoint, *old.last, old.due});
  }
  waiting_.clear();
  for (const auto& [key, probe] : probes_)
    if (!probe.running) waiting_.emplace(probe.due, key);
  return known;
}

std::vector<ProbeSchedule::Due> ProbeSchedule::begin(std::size_t most, std::uint64_t now) {
  std::vector<Due> begun;
  while (begun.size() < most && !waiting_.empty() && waiting_.begin()->first <= now) {
    const Key key = waiting_.extract(waiting_.begin()).value().second;
    Scheduled& probe = probes_.at(key);
    probe.running = true;
    begun.push_back({key, probe.backend, probe.endpoint, probe.rules, probe.tls, probe.proxy_protocol, probe.protocol});
  }
  return begun;
}

std::vector<ProbeResult> ProbeSchedule::end(const Key& key, const std::optional<ProbeReport>& report, double random,
                                            std::uint64_t now) {
  const auto found = probes_.find(key);
  if (found == probes_.end() || !found->second.running) return {};  // a reload has taken it away meanwhile
  Scheduled& probe = found->second;
  probe.running = false;
  if (report) probe.failures_in_a_row = report->success ? 0 : probe.failures_in_a_row + 1;
  probe.due = now + nanoseconds(pause_after_probe(probe.rules, probe.failures_in_a_row, random));
  waiting_.emplace(probe.due, key);
  if (!report) return {};
  probe.last = report;
  std::vector<ProbeResult> results;
  for (const auto& endpoint : probe.wanted_by) results.push_back({endpoint, *report, probe.due});
  return results;
}

}  // namespace headgate::upstream
