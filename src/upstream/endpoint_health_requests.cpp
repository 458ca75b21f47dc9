// EndpointHealth: what an endpoint's requests lead to.
#include <algorithm>
#include <utility>

#include "upstream/endpoint_health.hpp"
#include "upstream/endpoint_state.hpp"
#include "upstream/worker_traffic.hpp"

namespace headgate::upstream {
namespace {

using Lock = std::lock_guard<std::mutex>;

const Actor requests{Actor::Kind::requests, {}};

Evidence evidence_of(const FailedRequest& request, std::string text) {
  Evidence evidence = because(std::move(text));
  evidence.failure = request.error.cause;
  evidence.status = request.status;
  evidence.os_error = request.error.os_error;
  return evidence;
}

std::string share_text(const Traffic& traffic, config::Duration window) {
  return std::to_string(traffic.failures) + " of " + std::to_string(traffic.requests) + " requests failed within " +
         std::to_string(window.count()) + " ms";
}

}  // namespace

void EndpointHealth::join(const WorkerTraffic& traffic) {
  const Lock lock{mutex_};
  workers_.push_back(&traffic);
}

void EndpointHealth::leave(const WorkerTraffic& traffic) {
  const Lock lock{mutex_};
  std::erase(workers_, &traffic);
}

Traffic EndpointHealth::traffic(WindowOf of, config::Duration window, std::uint64_t not_before, Moment now) const {
  const std::uint64_t length = nanoseconds(window);
  const std::uint64_t from = std::max(not_before, now.ns > length ? now.ns - length : 0);
  Traffic sum;
  for (const WorkerTraffic* worker : workers_) sum += (worker->*of)().since(from);
  return sum;
}

void EndpointHealth::failed(const FailedRequest& request, Moment now) {
  const Lock lock{mutex_};
  if (!ejection_.lasts()) consider_ejection(request, now);
  if (settings_.breaker && breaker_.state() == CircuitBreaker::State::closed) consider_breaker(request, now);
}

void EndpointHealth::consider_ejection(const FailedRequest& request, Moment now) {
  const config::PassiveHealth& rules = settings_.health.passive;
  const std::uint32_t in_a_row = state_.failures_in_a_row.load(std::memory_order_relaxed);
  const Traffic share = traffic(&WorkerTraffic::for_ejection, rules.window, ejection_.ended_at(), now);
  if (!Ejection::warranted(rules, in_a_row, share) || !quota_ || !quota_->take()) return;
  in_quota_ = true;
  begin_ejection(ejection_.next(rules, now.ns), now);
  const bool row = rules.consecutive_failures != 0 && in_a_row >= rules.consecutive_failures;
  std::string text = row ? std::to_string(in_a_row) + " failures in a row" : share_text(share, rules.window);
  note(Cause::backend_ejected, requests, evidence_of(request, std::move(text)), now, record_.ejection->until);
}

void EndpointHealth::consider_breaker(const FailedRequest& request, Moment now) {
  const config::CircuitBreaker& rules = *settings_.breaker;
  const Traffic share = traffic(&WorkerTraffic::for_breaker, rules.window, breaker_.closed_at(), now);
  if (too_many_fail(share, rules.failure_percent, rules.min_requests))
    open_breaker(request, share_text(share, rules.window), now);
}

void EndpointHealth::open_breaker(const FailedRequest& request, std::string why, Moment now) {
  const Moment end = now.after(settings_.breaker->open_for);
  breaker_.open(end.ns);
  record_.breaker = {true, end.wall, HealthRecord::change_after(record_.breaker, now.wall)};
  note(Cause::breaker_opened, requests, evidence_of(request, std::move(why)), now, end.wall);
}

std::optional<CircuitBreaker::Trial> EndpointHealth::begin_trial() {
  const Lock lock{mutex_};
  if (breaker_.state() == CircuitBreaker::State::closed) return CircuitBreaker::no_trial;
  if (breaker_.state() == CircuitBreaker::State::open || !settings_.breaker ||
      !breaker_.trial_possible(*settings_.breaker))
    return std::nullopt;
  const CircuitBreaker::Trial trial = breaker_.begin_trial();
  publish();
  return trial;
}

void EndpointHealth::withdraw_trial(CircuitBreaker::Trial trial) {
  const Lock lock{mutex_};
  breaker_.withdraw_trial(trial);
  publish();
}

void EndpointHealth::trial_succeeded(CircuitBreaker::Trial trial, Moment now) {
  const Lock lock{mutex_};
  if (!settings_.breaker || !breaker_.trial_succeeded(trial, *settings_.breaker)) return publish();
  close_breaker(now);
  const std::string successes = std::to_string(settings_.breaker->half_open_requests) + " requests succeeded";
  note(Cause::breaker_closed, requests, because(successes), now);
}

void EndpointHealth::trial_failed(CircuitBreaker::Trial trial, const FailedRequest& request, Moment now) {
  const Lock lock{mutex_};
  if (settings_.breaker && breaker_.counts(trial)) open_breaker(request, "a trial request failed", now);
}

}  // namespace headgate::upstream
