#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "config/findings.hpp"
#include "config/node.hpp"

namespace headgate::config {

/// Larger files behind ${file:} are refused.
inline constexpr std::size_t max_reference_bytes = 64U * 1024;

/// What was brought in from outside the text: by interpolation, and by options that name files.
struct Brought {
  std::string values;              ///< all of them, for the hash
  std::vector<std::string> files;  ///< paths read, each once

  void add_file(const std::string& path) {
    if (std::find(files.begin(), files.end(), path) == files.end()) files.push_back(path);
  }
  void add_value(const std::string& value) { values.append(value).push_back('\0'); }
};

/// Replaces ${env:NAME} and ${file:PATH} in every string value (not in keys) and "$${" by "${". Any other "${" stays:
/// redirects have variables of their own. A missing variable or file is an error.
void interpolate(Node& root, Findings& findings, Brought& brought);

}  // namespace headgate::config
