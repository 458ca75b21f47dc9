#include "upstream/circuit_breaker.hpp"

namespace headgate::upstream {

void CircuitBreaker::open(std::uint64_t until) {
  state_ = State::open;
  open_until_ = until;
}

void CircuitBreaker::half_open() {
  state_ = State::half_open;
  ++half_open_times_;
  trials_running_ = trials_succeeded_ = 0;
}

void CircuitBreaker::close(std::uint64_t now) {
  state_ = State::closed;
  closed_at_ = now;
}

CircuitBreaker::Trial CircuitBreaker::begin_trial() {
  ++trials_running_;
  return half_open_times_;
}

void CircuitBreaker::withdraw_trial(Trial trial) {
  if (counts(trial)) --trials_running_;
}

bool CircuitBreaker::trial_succeeded(Trial trial, const config::CircuitBreaker& rules) {
  if (!counts(trial)) return false;
  --trials_running_;
  return ++trials_succeeded_ >= rules.half_open_requests;
}

}  // namespace headgate::upstream
