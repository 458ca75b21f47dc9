#pragma once

#include <algorithm>
#include <chrono>

namespace headgate::state {

/// The pause before trying again after `failures` in a row: it doubles up to a bound, and is shorter by up to half at
/// random, so that instances do not come back all at once. `random`: in [0, 1).
inline std::chrono::milliseconds pause_after(unsigned failures, double random) {
  constexpr std::chrono::milliseconds first{100};
  constexpr std::chrono::milliseconds longest{2'000};
  const auto bound = std::min(first * (1U << std::min(failures == 0 ? 0U : failures - 1, 10U)), longest);
  return std::chrono::duration_cast<std::chrono::milliseconds>(bound * (1 - random / 2));
}

}  // namespace headgate::state
