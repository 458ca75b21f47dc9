#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"
#include "config/settings.hpp"

namespace headgate::config {

/// Checks what no single value shows: references, duplicates, options that exclude or need each other. `root` is the
/// expanded document that the settings were read from.
void validate(const Node& root, const Settings& settings, Findings& findings);

/// The part of it about routes.
void validate_routes(const Node& root, const Settings& settings, Findings& findings);

}  // namespace headgate::config
