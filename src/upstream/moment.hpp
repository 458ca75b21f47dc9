#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/coarse_time.hpp"
#include "observe/log.hpp"

namespace headgate::upstream {

using observe::TimeStamp;

constexpr std::uint64_t nanoseconds(std::chrono::milliseconds time) {
  return static_cast<std::uint64_t>(std::chrono::nanoseconds{time}.count());
}

/// One moment on both clocks: waits count on the monotonic one; people, files and other instances read the wall clock.
struct Moment {
  std::uint64_t ns = 0;  ///< of base::exact_nanoseconds()
  TimeStamp wall{};

  static Moment now() { return {base::exact_nanoseconds(), observe::wall_clock_now()}; }

  [[nodiscard]] Moment after(std::chrono::milliseconds time) const { return {ns + nanoseconds(time), wall + time}; }

  /// What another process, or an earlier run, has set counts for a year at most, as what an operator sets does.
  static constexpr std::chrono::hours longest{8760};
  [[nodiscard]] TimeStamp bounded(TimeStamp other) const { return std::min(other, wall + longest); }
  /// The monotonic time of a wall time. A past one is now.
  [[nodiscard]] std::uint64_t monotonic(TimeStamp other) const {
    if (other <= wall) return ns;
    return ns + static_cast<std::uint64_t>(std::chrono::nanoseconds{bounded(other) - wall}.count());
  }
  /// The wall time of a monotonic time to come.
  [[nodiscard]] TimeStamp wall_at(std::uint64_t later) const {
    return wall + std::chrono::microseconds{later > ns ? (later - ns) / 1000 : 0};
  }
};

}  // namespace headgate::upstream
