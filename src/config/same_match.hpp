#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "config/settings.hpp"

namespace headgate::config {

/// Finds routes that can never be reached, because for each of their hosts another route, which is asked first, has the
/// same match.
class SeenMatches {
 public:
  /// The index of a route that leaves nothing for this one. To be called in the order in which routes are asked: those
  /// with a path, then those without, each in the order of the file.
  std::optional<std::size_t> add(const Match& match, std::size_t index);

 private:
  std::map<std::string, std::size_t> seen_;  ///< one host with all other conditions, to the route
};

}  // namespace headgate::config
