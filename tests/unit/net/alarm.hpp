#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "net/deadline_wheel.hpp"

namespace headgate::net {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr std::uint64_t ticks_of(milliseconds time) { return static_cast<std::uint64_t>(time / DeadlineWheel::tick); }

/// Remembers when it went off; may do something then.
struct Alarm {
  explicit Alarm(DeadlineWheel& wheel) : wheel_{wheel}, deadline{wheel, &Alarm::ring, this} {}

  static void ring(void* self) {
    auto& alarm = *static_cast<Alarm*>(self);
    alarm.rung_at.push_back(alarm.wheel_.now());
    if (const auto action = alarm.then) action();  // a copy: the alarm may be gone after it
  }

  DeadlineWheel& wheel_;
  std::vector<std::uint64_t> rung_at;
  std::function<void()> then;
  Deadline deadline;
};

/// Moves the wheel one tick at a time, as the loop does when it is not late.
inline void walk_to(DeadlineWheel& wheel, std::uint64_t ticks) {
  while (wheel.now() < ticks) wheel.advance_to(wheel.now() + 1);
}

}  // namespace headgate::net
