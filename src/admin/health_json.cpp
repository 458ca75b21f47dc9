#include "admin/health_json.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "headgate/cause.hpp"
#include "observe/os_error_text.hpp"
#include "upstream/out.hpp"

namespace headgate::admin {
namespace {

using upstream::CircuitBreaker;

std::string_view name_of(CircuitBreaker::State state) {
  constexpr std::array<std::string_view, 3> names{"closed", "open", "half_open"};
  return names[static_cast<std::size_t>(state)];
}

void add_time(Json& json, const char* name, const std::optional<upstream::TimeStamp>& time) {
  if (time) json[name] = time_text(*time);
}

/// What the values with a meaning of "none" leave out.
void add_details(Json& json, std::uint16_t status, int os_error, std::int64_t latency_us) {
  if (status != 0) json["status"] = status;
  if (os_error != 0) json["os_error"] = observe::os_error_text(os_error);
  if (latency_us >= 0) json["latency_ms"] = milliseconds(std::chrono::microseconds{latency_us});
}

Json to_json(const upstream::ProbeReport& report) {
  Json json{{"time", time_text(report.time)}, {"success", report.success}, {"probe", report.probe}};
  add_details(json, report.status, report.os_error, report.latency_us);
  if (!report.error.empty()) json["error"] = report.error;
  return json;
}

Json to_json(const upstream::Evidence& evidence) {
  Json json = Json::object();
  if (!evidence.text.empty()) json["text"] = evidence.text;
  if (evidence.failure != Cause::none) json["failure"] = to_string(evidence.failure);
  add_details(json, evidence.status, evidence.os_error, evidence.latency_us);
  if (!evidence.probe.empty()) json["probe"] = evidence.probe;
  return json;
}

}  // namespace

Json health_json(const upstream::HealthView& health) {
  Json json{{"failures_in_a_row", health.failures_in_a_row}, {"ejections", health.ejections}};
  add_time(json, "ejected_until", health.ejected_until);
  if (health.has_breaker) json["breaker"] = name_of(health.breaker);
  add_time(json, "breaker_open_until", health.breaker_open_until);
  if (health.last_probe) json["last_probe"] = to_json(*health.last_probe);
  add_time(json, "next_probe", health.next_probe);
  return json;
}

Json timeline_json(const std::vector<upstream::TimelineEntry>& timeline) {
  Json all = Json::array();
  for (const upstream::TimelineEntry& entry : timeline) {
    Json json{{"number", entry.number},
              {"time", time_text(entry.time)},
              {"cause", to_string(entry.cause)},
              {"from", upstream::describe(entry.from)},
              {"to", upstream::describe(entry.to)},
              {"by", to_string(entry.actor)},
              {"evidence", to_json(entry.evidence)}};
    add_time(json, "until", entry.until);
    add_time(json, "next_probe", entry.next_probe);
    all.push_back(std::move(json));
  }
  return all;
}

}  // namespace headgate::admin
