#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace headgate::upstream {

/// The weight of an endpoint that came back, or was first seen, `age_ns` ago: a tenth of the full one at first, all of
/// it after `slow_start`, linear in between. Never 0, unless the full one is.
constexpr std::uint32_t started_weight(std::uint32_t full, std::uint64_t age_ns, std::chrono::nanoseconds slow_start) {
  const auto whole = static_cast<std::uint64_t>(slow_start.count());
  if (age_ns >= whole || full == 0) return full;
  const double share = 0.1 + 0.9 * static_cast<double>(age_ns) / static_cast<double>(whole);
  return std::max<std::uint32_t>(static_cast<std::uint32_t>(full * share), 1);
}

}  // namespace headgate::upstream
