#pragma once

#include <string>

#include "config/settings.hpp"

namespace headgate::config {

/// The configuration in its long form with every default written out, as indented JSON that loads again. Strings that
/// held ${env:} or ${file:} are shown as they stood in the file, never resolved.
std::string effective_json(const Settings& settings);

}  // namespace headgate::config
