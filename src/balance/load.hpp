#pragma once

#include <cstddef>
#include <cstdint>

#include "headgate/balancer.hpp"

namespace headgate::balance {

/// Whether `a` has fewer requests for its weight than `b`.
inline bool less_loaded(const Candidates& candidates, std::size_t a, std::size_t b) {
  const std::uint64_t requests_a = candidates.in_flight(a);
  const std::uint64_t requests_b = candidates.in_flight(b);
  return requests_a * candidates.weight(b) < requests_b * candidates.weight(a);
}

}  // namespace headgate::balance
