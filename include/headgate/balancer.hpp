// The interface of a balancing strategy. A strategy is built from one set of candidates and replaced with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "headgate/heads.hpp"

namespace headgate {

/// What a strategy may know of the endpoints of its upstream. Indices are stable for the balancer's life.
class Candidates {
 public:
  virtual ~Candidates() = default;
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// Healthy, not at its limit, and not tried by this request yet.
  [[nodiscard]] virtual bool usable(std::size_t index) const = 0;
  /// The endpoint that this request has just failed on; nullopt at its first attempt. A retry is no new request: a
  /// strategy that takes turns must not move on for it, or the others' first attempts are no longer spread evenly.
  [[nodiscard]] virtual std::optional<std::size_t> last_tried() const { return std::nullopt; }
  [[nodiscard]] virtual std::uint32_t weight(std::size_t index) const = 0;
  /// Requests that all workers have running on it now.
  [[nodiscard]] virtual std::uint32_t in_flight(std::size_t index) const = 0;
};

/// One object a worker; called on that worker's thread only. Must not block, throw or call back.
class Balancer {
 public:
  virtual ~Balancer() = default;
  /// Index of the endpoint to try next, or nullopt when none is usable.
  virtual std::optional<std::size_t> pick(const Candidates& candidates, const RequestHead& request) = 0;
};

}  // namespace headgate
