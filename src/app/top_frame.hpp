// One frame of `headgate top`: what happened between two looks at the admin API.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

namespace headgate::app {

struct Look {
  nlohmann::ordered_json status;     ///< of /api/v1/status
  nlohmann::ordered_json upstreams;  ///< the array of /api/v1/upstreams
  std::chrono::steady_clock::time_point at;
};

/// Routes and backends that are new begin at zero. Throws nlohmann::json::exception when something is missing.
std::string top_frame(const Look& before, const Look& now);

}  // namespace headgate::app
