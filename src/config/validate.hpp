#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"
#include "config/settings.hpp"

namespace headgate::config {

/// Checks what no single value shows: references, duplicates, options that exclude or need each other. `root` is the
/// expanded document that the settings were read from.
void validate(const Node& root, const Settings& settings, Findings& findings);

/// The parts of it about routes and upstreams.
void validate_routes(const Node& root, const Settings& settings, Findings& findings);
void validate_upstreams(const Node& root, const Settings& settings, Findings& findings);

}  // namespace headgate::config
