#pragma once

#include <chrono>
#include <coroutine>
#include <utility>

#include "net/deadline_wheel.hpp"

namespace headgate::net {

/// A coroutine's wait for nothing but time, which somebody else may cut short. One at a time:
///
///   co_await pause.wait(100ms);
class Pause {
 public:
  explicit Pause(DeadlineWheel& wheel)
      : deadline_{wheel, [](void* self) { static_cast<Pause*>(self)->interrupt(); }, this} {}

  auto wait(std::chrono::milliseconds time) { return Awaiter{*this, time}; }
  /// The time of the wait that is under way starts again.
  void extend(std::chrono::milliseconds time) {
    if (waiter_) deadline_.arm(time);
  }
  /// The wait ends now, if there is one.
  void interrupt() {
    deadline_.disarm();
    if (waiter_) std::exchange(waiter_, {}).resume();
  }

 private:
  struct Awaiter {
    Pause& pause;
    std::chrono::milliseconds time;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) const {
      pause.waiter_ = waiter;
      pause.deadline_.arm(time);
    }
    void await_resume() const noexcept {}
  };

  Deadline deadline_;
  std::coroutine_handle<> waiter_;
};

}  // namespace headgate::net
