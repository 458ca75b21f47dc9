#pragma once

#include <time.h>

#include <chrono>
#include <cstdint>

namespace headgate::base {

/// Monotonic nanoseconds with the kernel tick's resolution (1 to 4 ms): a memory read, never a system call.
inline std::uint64_t coarse_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

/// Monotonic nanoseconds, exact; some 20 ns.
inline std::uint64_t exact_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace headgate::base
