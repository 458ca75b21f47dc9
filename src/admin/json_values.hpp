// How values of one kind are written, wherever they stand in the API.
#pragma once

#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "observe/log_record.hpp"
#include "observe/traffic_counters.hpp"

namespace headgate::admin {

using Json = nlohmann::ordered_json;

/// "2026-11-24T07:00:00.000001Z"
std::string time_text(observe::TimeStamp time);
double milliseconds(std::chrono::microseconds time);
/// {"2xx": 120, "none": 1}: classes that have come up.
Json responses_json(const std::array<std::uint64_t, observe::status_classes>& responses);
/// {"count": 121, "sum": 240.5, "p50": 1.2, "p90": 3.4, "p99": 9.8}
Json quantiles_json(const observe::DurationHistogram::Totals& totals);

}  // namespace headgate::admin
