#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace headgate::route {

/// Memory of a lookup, one a worker, so that looking up allocates nothing.
struct Scratch {
  std::string path;
  std::string host;
  std::string allow;
  std::vector<int> regexes;          ///< positions of the regexes that match
  std::vector<std::uint32_t> keyed;  ///< places of the routes whose header value came
};

}  // namespace headgate::route
