#include "upstream/attempt_report.hpp"

namespace headgate::upstream {

bool AttemptReport::begin_trial(EndpointState& endpoint) {
  const auto trial = endpoint.health.begin_trial();
  if (!trial) return false;
  endpoint_ = &endpoint;
  trial_ = *trial;
  return true;
}

void AttemptReport::trial_succeeded() {
  endpoint_->health.trial_succeeded(std::exchange(trial_, CircuitBreaker::no_trial), Moment::now());
}

void AttemptReport::withdraw_trial() {
  endpoint_->health.withdraw_trial(std::exchange(trial_, CircuitBreaker::no_trial));
}

void AttemptReport::failed(const FailedRequest& request) {
  if (pool_ == nullptr) return;
  pool_->counters().failures.add();
  if (is_trial())
    endpoint_->health.trial_failed(std::exchange(trial_, CircuitBreaker::no_trial), request, Moment::now());
  std::exchange(pool_, nullptr)->traffic().failed(request);
}

}  // namespace headgate::upstream
