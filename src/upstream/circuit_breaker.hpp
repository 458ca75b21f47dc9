#pragma once

#include <cstdint>

#include "config/upstream_settings.hpp"

namespace headgate::upstream {

/// Stops requests to an endpoint while too many of them fail. `now` is monotonic nanoseconds.
///
///   closed    => open       too large a share of the window's requests failed
///   open      => half_open  open_for is over
///   half_open => closed     as many trial requests as may run at once have succeeded
///   half_open => open       one of them failed
class CircuitBreaker {
 public:
  enum class State : std::uint8_t { closed, open, half_open };
  /// The half-open time that a trial request belongs to, counted from 1: one that outlasts it says nothing any more.
  using Trial = std::uint32_t;
  static constexpr Trial no_trial = 0;

  [[nodiscard]] State state() const { return state_; }
  /// Of the present, or else the last, time that it was open.
  [[nodiscard]] std::uint64_t open_until() const { return open_until_; }
  /// Requests from before this moment say nothing of the endpoint as it is now.
  [[nodiscard]] std::uint64_t closed_at() const { return closed_at_; }

  void open(std::uint64_t until);
  [[nodiscard]] bool open_time_over(std::uint64_t now) const { return state_ == State::open && now >= open_until_; }
  void half_open();
  void close(std::uint64_t now);

  // While half-open. The rules may have changed since the last call.
  [[nodiscard]] bool trial_possible(const config::CircuitBreaker& rules) const {
    return trials_running_ < rules.half_open_requests;
  }
  Trial begin_trial();
  [[nodiscard]] bool counts(Trial trial) const { return state_ == State::half_open && trial == half_open_times_; }
  /// It ended without saying anything of the endpoint.
  void withdraw_trial(Trial trial);
  /// True: enough of them have succeeded; time to close.
  bool trial_succeeded(Trial trial, const config::CircuitBreaker& rules);

 private:
  State state_ = State::closed;
  std::uint64_t open_until_ = 0;
  std::uint64_t closed_at_ = 0;
  std::uint32_t half_open_times_ = 0;
  std::uint32_t trials_running_ = 0;
  std::uint32_t trials_succeeded_ = 0;
};

}  // namespace headgate::upstream
