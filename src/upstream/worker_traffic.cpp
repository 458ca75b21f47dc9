#include "upstream/worker_traffic.hpp"

namespace headgate::upstream {

WorkerTraffic::WorkerTraffic(EndpointState& state) : state_{state} { state_.health.join(*this); }

WorkerTraffic::~WorkerTraffic() { state_.health.leave(*this); }

void WorkerTraffic::apply(const HealthSettings& settings) {
  const config::PassiveHealth& passive = settings.health.passive;
  failure_status_ = passive.failure_status;
  in_a_row_limit_ = passive.consecutive_failures;
  for_ejection_.set_length(passive.failure_percent != 0 ? passive.window : config::Duration{0});
  for_breaker_.set_length(settings.breaker ? settings.breaker->window : config::Duration{0});
  counts_ = for_ejection_.on() || for_breaker_.on();
}

void WorkerTraffic::count(bool failed) {
  const std::uint64_t now = base::coarse_nanoseconds();
  if (for_ejection_.on()) for_ejection_.count(failed, now);
  if (for_breaker_.on()) for_breaker_.count(failed, now);
}

void WorkerTraffic::failed(const FailedRequest& request) {
  const std::uint32_t in_a_row = state_.failures_in_a_row.fetch_add(1, std::memory_order_relaxed) + 1;
  if (counts_) count(true);
  const bool too_many = in_a_row_limit_ != 0 && in_a_row >= in_a_row_limit_;
  if (too_many || counts_) state_.health.failed(request, Moment::now());
}

}  // namespace headgate::upstream
