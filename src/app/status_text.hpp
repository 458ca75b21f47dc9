// What `headgate status` prints, from what the admin API tells.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace headgate::app {

/// `status`: of /api/v1/status. `upstreams`: an array of what /api/v1/upstreams/NAME tells, with timelines; those of
/// backends that are out are shown. Throws nlohmann::json::exception when something is missing.
std::string status_text(const nlohmann::ordered_json& status, const nlohmann::ordered_json& upstreams);

/// "2026-11-24 07:00:00" of an RFC 3339 time.
std::string clock_text(const std::string& time);

}  // namespace headgate::app
