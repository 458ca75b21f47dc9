#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "headgate/endpoint.hpp"

namespace headgate::upstream {

/// The authority that names the endpoint: without port 80; a Unix socket has none of its own.
inline std::string host_of(const Endpoint& endpoint) {
  if (endpoint.is_unix()) return "localhost";
  std::string text = to_string(endpoint);
  if (endpoint.port == 80) text.resize(text.size() - 3);
  return text;
}

/// What all workers share of one backend. Keyed by address; survives reloads.
struct EndpointState {
  explicit EndpointState(Endpoint where) : endpoint{std::move(where)}, name{to_string(endpoint)} {}

  const Endpoint endpoint;
  const std::string name;                            ///< log field and metric label
  const std::string host_field = host_of(endpoint);  ///< Host for requests that do not keep the client's
  std::atomic<std::uint32_t> in_flight{0};           ///< requests running on it, over all workers
};

}  // namespace headgate::upstream
