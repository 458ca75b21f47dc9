#pragma once

#include <string>
#include <vector>

#include "config/findings.hpp"
#include "config/node.hpp"

namespace headgate::config {

/// Larger files behind ${file:} are refused.
inline constexpr std::size_t max_reference_bytes = 64U * 1024;

/// What interpolation brought in from outside the text.
struct Brought {
  std::string values;              ///< all of them, for the hash
  std::vector<std::string> files;  ///< paths read
};

/// Replaces ${env:NAME} and ${file:PATH} in every string value (not in keys) and "$${" by "${". Any other "${" stays:
/// redirects have variables of their own. A missing variable or file is an error.
void interpolate(Node& root, Findings& findings, Brought& brought);

}  // namespace headgate::config
