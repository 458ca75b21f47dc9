// Records as JSON, for files and Redis:
//   {"drain": {"on": true, "at": 1764000000000000, "by": "proxy-1:4711", "why": "admin API"}, "ejection": {...}}
// Times are microseconds since 1970, UTC.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "state/record.hpp"

namespace headgate::state {

nlohmann::json to_json(const Record& record);
/// How far ahead of the reader's clock the time of a decision may be. Clocks of machines differ by less, even when one
/// goes by local time; but what comes from farther ahead could hardly be overruled: each decision that replaces it is
/// later still, and counts until the clock gets there.
inline constexpr std::chrono::hours most_ahead{24};

/// Members that this version does not know are left out; nullopt when anything else is not as to_json() writes it, or
/// was decided later than `most_ahead` of `now`.
std::optional<Record> record_from(const nlohmann::json& json, TimeStamp now);

/// On one line. Never throws, whatever bytes a text of the record holds.
std::string to_text(const Record& record);
std::optional<Record> record_from_text(std::string_view text, TimeStamp now);

}  // namespace headgate::state
