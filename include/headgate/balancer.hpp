// The interface of a balancing strategy. A strategy is built for one set of endpoints and replaced with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "headgate/heads.hpp"
#include "headgate/registry.hpp"

namespace headgate {

/// What a strategy may know of the endpoints of its upstream. Indices are stable for the balancer's life.
class Candidates {
 public:
  virtual ~Candidates() = default;
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// Healthy, of the group (backups or not) whose turn it is, not at its limit, with a weight, and not tried by this
  /// request yet.
  [[nodiscard]] virtual bool usable(std::size_t index) const = 0;
  /// The endpoint that this request has just failed on; nullopt at its first attempt. A retry is no new request: a
  /// strategy that takes turns must not move on for it, or the others' first attempts are no longer spread evenly.
  [[nodiscard]] virtual std::optional<std::size_t> last_tried() const { return std::nullopt; }
  /// The configured weight times `weight_unit`; less while the endpoint's slow start lasts, but never 0 then.
  [[nodiscard]] virtual std::uint32_t weight(std::size_t index) const = 0;
  /// Requests that all workers have running on it now.
  [[nodiscard]] virtual std::uint32_t in_flight(std::size_t index) const = 0;
  /// Moving average of the time to the response's head over all workers, in nanoseconds; 0: nothing is known. It decays
  /// while no response comes.
  [[nodiscard]] virtual std::uint64_t latency_ns(std::size_t /*index*/) const { return 0; }

  static constexpr std::uint32_t weight_unit = 100;
};

/// What a pick may depend on. Valid during the call only.
struct PickInput {
  const RequestHead& request;
  std::string_view client_ip;  ///< after trusted_proxies; empty for a Unix socket
};

/// One object a worker; called on that worker's thread only. Must not block, throw or call back.
class Balancer {
 public:
  virtual ~Balancer() = default;
  /// Index of the endpoint to try next, or nullopt when none is usable.
  virtual std::optional<std::size_t> pick(const Candidates& candidates, const PickInput& input) = 0;
  /// Whether it looks at latency_ns(): the times to the responses' heads are measured exactly then, at the price of two
  /// looks at the clock a request.
  [[nodiscard]] virtual bool needs_latency() const { return false; }
};

/// An endpoint as a strategy gets to know it when it is built.
struct BalancedEndpoint {
  std::string name;          ///< "host:port" or "unix:/path": what consistent hashing places it by
  std::uint32_t weight = 1;  ///< as configured
};

/// What `hash` makes its key of; see the configuration's upstream.hash.
struct HashKey {
  enum class Source : std::uint8_t { uri, header, cookie } source = Source::uri;
  std::string name;
  std::uint32_t max_load_percent = 0;  ///< 0: unbounded
};

/// What a strategy is built with: once per upstream, worker and set of endpoints.
struct BalancerInput {
  std::size_t worker = 0;  ///< index, so that workers do not all begin with the same endpoint
  std::uint64_t seed = 0;  ///< random, another one for each worker
  std::span<const BalancedEndpoint> endpoints;
  HashKey hash;
};

/// Names of the configuration's "strategy" to what makes them.
using BalancerRegistry = Registry<Balancer, const BalancerInput&>;

}  // namespace headgate
