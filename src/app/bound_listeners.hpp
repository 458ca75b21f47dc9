// Listeners that accept connections, and the lines of standard output that tell of them.
#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace headgate::app {

/// Name of a listener and the address that it is bound to (a port of 0 in the configuration is filled in).
using BoundListeners = std::vector<std::pair<std::string, std::string>>;

/// "listening on ADDRESS (NAME)", a line for each: scripts read the port off it.
void announce(const BoundListeners& listeners, std::ostream& out);

/// Those of `now` whose address is none of `before`.
BoundListeners added(const BoundListeners& before, const BoundListeners& now);

}  // namespace headgate::app
