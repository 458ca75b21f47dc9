// Which of the clients' connections that are open a new configuration does not go on with.
#pragma once

#include <set>
#include <string>

#include "config/settings.hpp"

namespace headgate::exchange {

/// Whoever is on one of these began by other rules than those that hold now, and is asked to come again. The
/// connections of listeners that are gone are not among them: they end with their listener.
struct Outdated {
  std::set<std::string> listeners = {};  ///< all connections of these addresses, as configured
  bool http2 = false;                    ///< all that speak HTTP/2: their SETTINGS are out of date
};

/// What a connection looks up for each of its requests (routes, limits, timeouts, HSTS, https_redirect) needs no new
/// connection; nor does what only counts for the next handshake (certificates, tickets).
Outdated find_outdated(const config::Settings& before, const config::Settings& now);

}  // namespace headgate::exchange
