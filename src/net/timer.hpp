// A timer of the control thread. Workers have the deadline wheel.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace headgate::net {

/// Calls back once. Its owner may go away at any moment: nothing is called after that, nor after cancel(), not even
/// what the context had queued already.
class Timer {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Timer(boost::asio::io_context& context);
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer();

  /// Replaces what was wanted before.
  void at(Clock::time_point time, std::function<void()> then);
  void after(Clock::duration time, std::function<void()> then) { at(Clock::now() + time, std::move(then)); }
  void cancel();
  [[nodiscard]] bool armed() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace headgate::net
