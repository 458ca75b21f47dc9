#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "config/upstream_settings.hpp"

namespace headgate::exchange {

/// A share of `whole`. `random`: uniform in [0, 2^32).
constexpr std::int64_t share_of(std::int64_t whole, std::uint32_t random) {
  return static_cast<std::int64_t>((static_cast<std::uint64_t>(whole) * random) >> 32U);
}

/// The pause before a further attempt, after so many retries: exponential, with full jitter, so that requests that
/// failed together do not come again together.
constexpr std::chrono::milliseconds backoff(const config::Backoff& rules, std::uint32_t retries, std::uint32_t random) {
  std::chrono::milliseconds bound = rules.base;
  for (std::uint32_t i = 0; i < retries && bound < rules.max; ++i) bound *= 2;
  return std::chrono::milliseconds{share_of(std::min(bound, rules.max).count(), random)};
}

/// A pause in whole ticks of a coarse clock, up or down at random, so that the mean of many is right: most pauses are
/// shorter than a tick.
constexpr std::int64_t in_ticks(std::chrono::milliseconds pause, std::chrono::milliseconds tick, std::uint32_t random) {
  const std::int64_t whole = pause / tick;
  const std::chrono::milliseconds rest = pause % tick;
  return share_of(tick.count(), random) < rest.count() ? whole + 1 : whole;
}

}  // namespace headgate::exchange
