#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "headgate/endpoint.hpp"
#include "observe/traffic_counters.hpp"
#include "upstream/endpoint_health.hpp"
#include "upstream/out.hpp"

namespace headgate::upstream {

/// The authority that names the endpoint: without the scheme's own port; a Unix socket has none of its own.
inline std::string host_of(const Endpoint& endpoint) {
  if (endpoint.is_unix()) return "localhost";
  std::string text = to_string(endpoint);
  if (endpoint.port == (endpoint.tls ? 443 : 80)) text.resize(text.rfind(':'));
  return text;
}

/// What identifies an endpoint over reloads: one backend of two upstreams is healthy or not for each of them.
inline std::string endpoint_key(const std::string& upstream, const Endpoint& endpoint) {
  return upstream + (endpoint.tls ? " https://" : " ") + to_string(endpoint);
}

/// What all workers share of one backend of one upstream. Keyed by both; survives reloads.
/// The atomics are what the request path reads; who decides their values is EndpointHealth, under its own lock.
struct EndpointState {
  EndpointState(std::string of, Endpoint where, std::size_t workers = 1)
      : upstream{std::move(of)}, endpoint{std::move(where)}, name{to_string(endpoint)}, counters{workers} {}

  const std::string upstream;  ///< the upstream's name
  const Endpoint endpoint;
  const std::string name;                            ///< log field and metric label
  const std::string host_field = host_of(endpoint);  ///< Host for requests that do not keep the client's

  std::atomic<std::uint32_t> in_flight{0};          ///< attempts running on it, over all workers, from the pick on
  std::atomic<std::uint32_t> out{0};                ///< bits of Out; 0: it may be used
  std::atomic<std::uint32_t> failures_in_a_row{0};  ///< over all workers, since the last success
  std::atomic<bool> half_open{false};               ///< its breaker is: requests must be admitted as trials
  std::atomic<std::uint64_t> back_since{
      0};  ///< base::coarse_nanoseconds() of its last return or first sight, for slow_start; 0: long ago
  std::atomic<std::uint64_t> latency_ns{0};     ///< moving average of the time to a response's head
  std::atomic<std::uint64_t> latency_at_ns{0};  ///< base::coarse_nanoseconds() of its last sample

  observe::Shards<observe::BackendCounters> counters;  ///< one for each worker

  EndpointHealth health{*this};
};

}  // namespace headgate::upstream
