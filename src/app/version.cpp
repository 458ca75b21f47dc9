#include "app/version.hpp"

#include <fmt/core.h>

#include <spdlog/version.h>

#include <boost/version.hpp>
#include <nlohmann/json.hpp>

namespace headgate::app {

std::string version() { return HEADGATE_VERSION; }

std::string version_json() {
  const nlohmann::ordered_json value{
      {"version", version()},
      {"compiler", __VERSION__},
      {"boost", fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
      {"json",
       fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)},
      {"spdlog", fmt::format("{}.{}.{}", SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH)},
      {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
  };
  return value.dump(2);
}

}  // namespace headgate::app
