#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

namespace headgate::testing {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;  ///< memory and speed say nothing about the product
#else
inline constexpr bool sanitized = false;
#endif

/// How long a test waits for what must happen; only a failing test ever waits so long. Generous for sanitizers.
inline constexpr milliseconds patience{20'000};

/// Asks until the condition holds; false when it never did.
template <class Condition>
[[nodiscard]] bool wait_until(Condition condition, milliseconds deadline = patience) {
  const auto end = Clock::now() + deadline;
  while (!condition()) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

/// Something that one thread reports and another waits for.
class Signal {
 public:
  void set() {
    const std::lock_guard lock{mutex_};
    set_ = true;
    changed_.notify_all();
  }
  /// Throws when it was not set in time.
  void wait(milliseconds deadline = patience) {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_for(lock, deadline, [this] { return set_; })) throw std::runtime_error("the signal never came");
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

/// Milliseconds that an action took.
template <class Action>
milliseconds time_of(Action action) {
  const auto start = Clock::now();
  action();
  return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

}  // namespace headgate::testing
