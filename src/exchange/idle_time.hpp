#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "net/deadline_wheel.hpp"

namespace headgate::exchange {

/// How long nothing may move, in either direction, before a tunnel is over. `now`: ticks of the wheel.
class IdleTime {
 public:
  IdleTime(std::chrono::milliseconds limit, std::uint64_t now) : limit_{limit}, moved_{now} {}

  /// `at`: in any order.
  void moved(std::uint64_t at) { moved_ = std::max(moved_, at); }
  /// Zero or less: it is over.
  [[nodiscard]] std::chrono::milliseconds left(std::uint64_t now) const {
    return limit_ - net::DeadlineWheel::time_of(now - moved_);
  }

 private:
  std::chrono::milliseconds limit_;
  std::uint64_t moved_;
};

}  // namespace headgate::exchange
