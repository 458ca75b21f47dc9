#pragma once

#include <chrono>
#include <cstdint>

#include "net/deadline_wheel.hpp"

namespace headgate::exchange {

/// How long nothing may move, in either direction, before a tunnel is over. `now`: ticks of the wheel.
class IdleTime {
 public:
  IdleTime(std::chrono::milliseconds limit, std::uint64_t now) : limit_{limit}, moved_{now} {}

  void moved(std::uint64_t now) { moved_ = now; }
  /// Zero or less: it is over.
  [[nodiscard]] std::chrono::milliseconds left(std::uint64_t now) const {
    return limit_ - static_cast<std::int64_t>(now - moved_) * net::DeadlineWheel::tick;
  }

 private:
  std::chrono::milliseconds limit_;
  std::uint64_t moved_;
};

}  // namespace headgate::exchange
