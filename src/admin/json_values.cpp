#include "admin/json_values.hpp"

#include <cmath>
#include <cstddef>

#include "observe/civil_time.hpp"
#include "observe/status_class.hpp"

namespace headgate::admin {
namespace {

/// To microseconds: estimates within a bucket have no more to say.
double milliseconds_of(std::uint64_t nanoseconds) { return std::round(static_cast<double>(nanoseconds) / 1e3) / 1e3; }

}  // namespace

std::string time_text(observe::TimeStamp time) {
  std::string text;
  observe::append_rfc3339(text, time, observe::Zone::utc);
  return text;
}

double milliseconds(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1e3; }

Json responses_json(const std::array<std::uint64_t, observe::status_classes>& responses) {
  Json json = Json::object();
  for (std::size_t i = 0; i < responses.size(); ++i)
    if (responses[i] != 0) json[std::string{observe::name_of_status_class(i)}] = responses[i];
  return json;
}

Json quantiles_json(const observe::DurationHistogram::Totals& totals) {
  return {{"count", totals.count()},
          {"sum", milliseconds_of(totals.sum)},
          {"p50", milliseconds_of(totals.quantile(0.5))},
          {"p90", milliseconds_of(totals.quantile(0.9))},
          {"p99", milliseconds_of(totals.quantile(0.99))}};
}

}  // namespace headgate::admin
