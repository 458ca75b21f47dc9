#pragma once

#include <coroutine>
#include <utility>

namespace headgate::base {

/// A coroutine's wait until somebody rings; one at a time. What the ring is for stands elsewhere:
///
///   while (!there) co_await bell.wait();
class Bell {
 public:
  auto wait() { return Awaiter{*this}; }
  /// The waiter goes on now, if there is one. The bell may be gone afterwards.
  void ring() {
    if (waiter_) std::exchange(waiter_, {}).resume();
  }

 private:
  struct Awaiter {
    Bell& bell;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) const noexcept { bell.waiter_ = waiter; }
    void await_resume() const noexcept {}
  };

  std::coroutine_handle<> waiter_;
};

}  // namespace headgate::base
