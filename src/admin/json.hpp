// Views as the JSON of the API. Times are RFC 3339 in UTC, durations milliseconds unless their name says otherwise.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "admin/proxy.hpp"

namespace headgate::admin {

enum class Timeline : std::uint8_t { no, yes };

nlohmann::ordered_json to_json(const Readiness& readiness);
nlohmann::ordered_json to_json(const ReloadView& reload);
nlohmann::ordered_json to_json(const BackendView& backend, Timeline timeline);
nlohmann::ordered_json to_json(const UpstreamView& upstream, Timeline timeline);
/// All of /api/v1/status.
nlohmann::ordered_json status_json(const Proxy& proxy);

}  // namespace headgate::admin
