// Records as JSON, for files and Redis:
//   {"drain": {"on": true, "at": 1764000000000000, "by": "proxy-1:4711", "why": "admin API"}, "ejection": {...}}
// Times are microseconds since 1970, UTC.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "state/record.hpp"

namespace headgate::state {

nlohmann::json to_json(const Record& record);
/// Members that this version does not know are left out; nullopt when anything else is not as to_json() writes it.
std::optional<Record> record_from(const nlohmann::json& json);

/// On one line. Never throws, whatever bytes a text of the record holds.
std::string to_text(const Record& record);
std::optional<Record> record_from_text(std::string_view text);

}  // namespace headgate::state
