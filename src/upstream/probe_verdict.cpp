#include "upstream/probe_verdict.hpp"

namespace headgate::upstream {

void ProbeVerdict::begin(config::InitialHealth initial) {
  if (state_ != State::none) return;
  switch (initial) {
    case config::InitialHealth::healthy:
      state_ = State::healthy;
      break;
    case config::InitialHealth::unhealthy:
      state_ = State::unhealthy;
      break;
    case config::InitialHealth::hold:
      state_ = State::unprobed;
      break;
  }
}

void ProbeVerdict::adopt(bool healthy) {
  state_ = healthy ? State::healthy : State::unhealthy;
  in_a_row_ = 0;
}

bool ProbeVerdict::take(bool success, const config::ActiveHealth& rules) {
  in_a_row_ = success == last_success_ ? in_a_row_ + 1 : 1;
  last_success_ = success;
  const bool enough = state_ == State::unprobed || in_a_row_ >= (success ? rules.healthy_after : rules.unhealthy_after);
  const State wanted = success ? State::healthy : State::unhealthy;
  if (!enough || state_ == wanted) return false;
  state_ = wanted;
  return true;
}

}  // namespace headgate::upstream
