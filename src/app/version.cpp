#include "app/version.hpp"

#include <fmt/core.h>

#include <boost/version.hpp>
#include <nlohmann/json.hpp>

namespace headgate::app {

std::string version() { return HEADGATE_VERSION; }

std::string version_json() {
  const nlohmann::ordered_json value{
      {"version", version()},
      {"compiler", __VERSION__},
      {"boost", fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
      {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
  };
  return value.dump(2);
}

}  // namespace headgate::app
