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
  std::vector<std::uint32_t> regexes;  ///< positions of the regexes that may match
};

}  // namespace headgate::route
