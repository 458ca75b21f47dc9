#include "upstream/endpoint_health.hpp"

#include <algorithm>
#include <utility>

#include "upstream/endpoint_state.hpp"

namespace headgate::upstream {

using Lock = std::lock_guard<std::mutex>;

std::uint32_t EndpointHealth::reasons() const {
  std::uint32_t reasons = 0;
  if (drained_) reasons |= bit(Out::drained);
  if (verdict_.state() == ProbeVerdict::State::unhealthy) reasons |= bit(Out::unhealthy);
  if (verdict_.state() == ProbeVerdict::State::unprobed) reasons |= bit(Out::unprobed);
  if (ejection_.lasts()) reasons |= bit(Out::ejected);
  if (breaker_.state() == CircuitBreaker::State::open) reasons |= bit(Out::breaker_open);
  if (breaker_.state() == CircuitBreaker::State::half_open) reasons |= bit(Out::half_open);
  if (unresolved_) reasons |= bit(Out::unresolved);
  return reasons;
}

/// For the path of a request.
void EndpointHealth::publish() {
  const bool half_open = breaker_.state() == CircuitBreaker::State::half_open;
  std::uint32_t out = reasons() & ~bit(Out::half_open);
  if (half_open && !(settings_.breaker && breaker_.trial_possible(*settings_.breaker))) out |= bit(Out::breaker_open);
  state_.half_open.store(half_open, std::memory_order_relaxed);
  state_.out.store(out, std::memory_order_relaxed);
}

void EndpointHealth::note(Cause cause, const Actor& actor, Evidence evidence, Moment now,
                          std::optional<TimeStamp> until) {
  const std::uint32_t before = std::exchange(noted_, reasons());
  if (noted_ != before) since_ = now.wall;
  if (noted_ == 0 && before != 0) state_.back_since.store(now.ns, std::memory_order_relaxed);
  publish();
  const TimelineEntry& entry =
      timeline_.add({0, now.wall, cause, before, noted_, actor, std::move(evidence), until, next_probe_});
  if (listener_ != nullptr) listener_->changed(state_, entry);
}

void EndpointHealth::begin_ejection(const Ejection::Term& term, Moment now) {
  ejection_.begin(term);
  record_.ejection = {now.wall_at(term.until), term.times, HealthRecord::change_after(record_.ejection, now.wall)};
}

void EndpointHealth::end_ejection(Moment now) {
  ejection_.end(now.ns);
  state_.failures_in_a_row.store(0, std::memory_order_relaxed);
  if (std::exchange(in_quota_, false) && quota_) quota_->give_back();
}

void EndpointHealth::close_breaker(Moment now) {
  breaker_.close(now.ns);
  record_.breaker = {false, now.wall, HealthRecord::change_after(record_.breaker, now.wall)};
}

void EndpointHealth::apply(const HealthSettings& settings, std::shared_ptr<EjectionQuota> quota,
                           HealthListener* listener, Moment now) {
  const Lock lock{mutex_};
  const bool first = since_ == TimeStamp{};
  settings_ = settings;
  quota_ = std::move(quota);
  listener_ = listener;
  const Actor reload{Actor::Kind::configuration, {}};
  const auto before = verdict_.state();
  if (settings.health.active) {
    verdict_.begin(settings.health.active->initial);
  } else if (before != ProbeVerdict::State::none) {
    verdict_.end();
    last_probe_.reset();
    next_probe_.reset();
    if (before != ProbeVerdict::State::healthy)
      note(Cause::backend_healthy, reload, because("it has no probes any more"), now);
  }
  if (!settings.breaker && breaker_.state() != CircuitBreaker::State::closed) {
    close_breaker(now);
    note(Cause::breaker_closed, reload, because("it has no breaker any more"), now);
  }
  if (first) {  // how it begins is no change
    noted_ = reasons();
    since_ = now.wall;
    state_.back_since.store(now.ns, std::memory_order_relaxed);
  }
  publish();
  // But for one that is out from the beginning.
  if (before == ProbeVerdict::State::none && verdict_.state() == ProbeVerdict::State::unhealthy)
    note(Cause::backend_unhealthy, reload, because("health.active.initial says so"), now);
}

void EndpointHealth::retire() {
  const Lock lock{mutex_};
  listener_ = nullptr;
  if (std::exchange(in_quota_, false)) quota_->give_back();
  quota_.reset();
}

bool EndpointHealth::drain(const std::string& who, Moment now) {
  const Lock lock{mutex_};
  if (drained_) return false;
  drained_ = true;
  record_.drain = {true, HealthRecord::change_after(record_.drain, now.wall)};
  note(Cause::backend_drained, {Actor::Kind::user, who}, {}, now);
  return true;
}

bool EndpointHealth::enable(const std::string& who, Moment now) {
  const Lock lock{mutex_};
  const bool breaker_closed = breaker_.state() == CircuitBreaker::State::closed;
  if (!drained_ && !ejection_.lasts() && breaker_closed) return false;
  if (std::exchange(drained_, false)) record_.drain = {false, HealthRecord::change_after(record_.drain, now.wall)};
  if (ejection_.lasts()) {
    end_ejection(now);
    record_.ejection = {
        now.wall, 0, HealthRecord::change_after(record_.ejection, now.wall)};  // for other instances: before its time
  }
  if (!breaker_closed) close_breaker(now);
  note(Cause::backend_enabled, {Actor::Kind::user, who}, {}, now);
  return true;
}

void EndpointHealth::eject(std::chrono::milliseconds time, const std::string& who, Moment now) {
  const Lock lock{mutex_};
  const Moment end = now.after(time);
  begin_ejection({end.ns, std::max(ejection_.term().times, 1U)}, now);
  record_.ejection->by_operator = true;
  note(Cause::backend_ejected, {Actor::Kind::user, who}, {}, now, end.wall);
}

void EndpointHealth::set_resolved(bool resolved, std::string detail, Moment now) {
  const Lock lock{mutex_};
  if (unresolved_ != resolved && (resolved || why_unresolved_ == detail)) return;
  unresolved_ = !resolved;
  why_unresolved_ = resolved ? std::string{} : detail;
  note(resolved ? Cause::backend_resolved : Cause::backend_unresolved, {Actor::Kind::resolver, {}},
       because(std::move(detail)), now);
}

void EndpointHealth::probed(const ProbeReport& report, std::optional<TimeStamp> next_probe, Moment now) {
  const Lock lock{mutex_};
  if (!settings_.health.active) return;  // a reload came first
  last_probe_ = report;
  next_probe_ = next_probe;
  if (!verdict_.take(report.success, *settings_.health.active)) return;
  record_.probe = {report.success, HealthRecord::change_after(record_.probe, now.wall)};
  Evidence evidence;
  evidence.text = report.success ? std::to_string(verdict_.in_a_row()) + " successes in a row" : report.error;
  evidence.status = report.status;
  evidence.os_error = report.os_error;
  evidence.latency_us = report.latency_us;
  evidence.probe = report.probe;
  note(report.success ? Cause::backend_healthy : Cause::backend_unhealthy, {Actor::Kind::probe, {}},
       std::move(evidence), now);
}

std::optional<std::uint64_t> EndpointHealth::tick(Moment now) {
  const Lock lock{mutex_};
  const Actor timer{Actor::Kind::timer, {}};
  if (ejection_.over(now.ns)) {
    end_ejection(now);
    note(Cause::backend_restored, timer, {}, now);
  }
  if (breaker_.open_time_over(now.ns)) {
    breaker_.half_open();
    note(Cause::breaker_half_open, timer, {}, now);
  }
  std::optional<std::uint64_t> next;
  if (ejection_.lasts()) next = ejection_.term().until;
  if (breaker_.state() == CircuitBreaker::State::open)
    next = std::min(next.value_or(UINT64_MAX), breaker_.open_until());
  return next;
}

HealthView EndpointHealth::view() const {
  const Lock lock{mutex_};
  HealthView view;
  view.reasons = reasons();
  view.since = since_;
  view.failures_in_a_row = state_.failures_in_a_row.load(std::memory_order_relaxed);
  if (ejection_.lasts() && record_.ejection) view.ejected_until = record_.ejection->until;
  view.ejections = ejection_.term().times;
  view.has_breaker = settings_.breaker.has_value();
  view.breaker = breaker_.state();
  if (breaker_.state() == CircuitBreaker::State::open && record_.breaker)
    view.breaker_open_until = record_.breaker->until;
  view.has_probes = settings_.health.active.has_value();
  view.last_probe = last_probe_;
  view.next_probe = next_probe_;
  view.timeline.assign(timeline_.entries().begin(), timeline_.entries().end());
  return view;
}

}  // namespace headgate::upstream
