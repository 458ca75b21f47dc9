// `headgate healthcheck`: asks a running proxy whether it answers. For a container's HEALTHCHECK, where no shell and no
// curl exist.
#pragma once

#include <chrono>
#include <iosfwd>
#include <string>

#include "headgate/endpoint.hpp"

namespace headgate::app {

struct HealthcheckOptions {
  std::string config_path;  ///< its first listener is asked
  std::string address;      ///< instead of config_path, when not empty
  std::string fallback;  ///< asked when the file has mistakes: the proxy then serves on with the configuration before
  std::chrono::milliseconds timeout{2000};
};

/// Sends `OPTIONS * HTTP/1.1` with Max-Forwards 0, which a proxy answers itself (RFC 9110 s7.6.2). Returns what went
/// wrong, or nothing when the answer was a 2xx within the timeout.
std::string probe(const Endpoint& address, std::chrono::milliseconds timeout);

/// Where a listener is reached from its own machine: 0.0.0.0 by 127.0.0.1, [::] by [::1].
Endpoint reachable(Endpoint listener);

/// Prints "ok" and returns 0, or prints the reason and returns 1; 2 when no address can be made of the options.
int healthcheck(const HealthcheckOptions& options, std::ostream& out, std::ostream& err);

}  // namespace headgate::app
