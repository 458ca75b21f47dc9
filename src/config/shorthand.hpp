// Shorter ways to write things, and how they become the long form that the option table reads.
#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"
#include "config/option.hpp"

namespace headgate::config {

Shape short_listen_shape();
/// A url, or a backend object.
Shape short_backend_shape();

/// Schema keywords for keys that exclude or need each other.
Json root_conditions();
Json route_conditions();
Json match_conditions();

/// Reports which form is incomplete or mixed with the other. Rewrites the tree to the long form: "listen" and
/// "backends" to listeners, routes and an upstream "default", "upstream" to "upstreams", url strings to backend
/// objects. Nodes keep the pointers that they had in the file.
void expand(Node& root, Findings& findings);

}  // namespace headgate::config
