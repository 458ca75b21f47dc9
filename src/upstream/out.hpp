#pragma once

#include <cstdint>
#include <string>

namespace headgate::upstream {

/// Why an endpoint gets no new requests: bits of EndpointState::out.
enum class Out : std::uint32_t {
  drained = 1,        ///< by an operator
  unhealthy = 2,      ///< its probes fail
  unprobed = 4,       ///< waits for its first probe
  ejected = 8,        ///< its requests failed
  breaker_open = 16,  ///< or half-open with all its trial requests running
  unresolved = 32,    ///< its name has no address
  half_open = 64,     ///< its breaker lets some requests through to see: told of, but never in EndpointState::out
};
constexpr std::uint32_t bit(Out reason) { return static_cast<std::uint32_t>(reason); }

/// What counts even in a panic: a request would be of no use there, or is not wanted.
constexpr std::uint32_t certainly_out = bit(Out::drained) | bit(Out::unresolved);

/// Bits of Out for people: "up", "ejected", "drained, unhealthy".
std::string describe(std::uint32_t reasons);

/// Why nobody is left for a request, as the detail of NO_HEALTHY_BACKEND. `reasons`: those of all backends together.
const char* why_nobody(std::uint32_t reasons);

}  // namespace headgate::upstream
