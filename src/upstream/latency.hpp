#pragma once

#include <chrono>
#include <cstdint>

#include "upstream/endpoint_state.hpp"

namespace headgate::upstream {

/// A new sample counts as much as all before it when the last one is so old.
inline constexpr std::chrono::nanoseconds latency_half_life{std::chrono::seconds{5}};

enum class Rise : std::uint8_t {
  smooth,   ///< a mean
  at_once,  ///< a sample above the mean replaces it: trouble is seen at the first slow response
};

/// Adds the time that a response's head took to the endpoint's moving average. Of two workers that do so at once one
/// may be lost, which a mean of many does not feel.
void add_latency(EndpointState& endpoint, std::uint64_t sample_ns, std::uint64_t now_ns, Rise rise);

/// The average as it counts now: it decays while no sample comes, so that a slow endpoint is tried again some day.
/// 0: nothing is known.
std::uint64_t latency(const EndpointState& endpoint, std::uint64_t now_ns);

}  // namespace headgate::upstream
