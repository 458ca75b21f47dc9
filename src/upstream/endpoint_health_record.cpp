// EndpointHealth: what it gives to the state store, and takes from there.
#include "upstream/endpoint_health.hpp"

namespace headgate::upstream {
namespace {

using Lock = std::lock_guard<std::mutex>;

template <class Part>
bool is_news(const std::optional<Part>& theirs, const std::optional<Part>& ours) {
  return theirs && (!ours || base::holds_over(theirs->changed, theirs->by, ours->changed, ours->by));
}

}  // namespace

HealthRecord EndpointHealth::record() const {
  const Lock lock{mutex_};
  return record_;
}

bool EndpointHealth::merge(const HealthRecord& record, const Actor& actor, const std::string& why, Moment now) {
  const Lock lock{mutex_};
  const Source from{actor, why};
  bool changed = false;
  if (is_news(record.drain, record_.drain)) changed |= merge_drain(*record.drain, from, now);
  if (is_news(record.ejection, record_.ejection)) changed |= merge_ejection(*record.ejection, from, now);
  if (settings_.breaker && is_news(record.breaker, record_.breaker))
    changed |= merge_breaker(*record.breaker, from, now);
  if (settings_.health.active && is_news(record.probe, record_.probe)) changed |= merge_probe(*record.probe, from, now);
  return changed;
}

bool EndpointHealth::merge_drain(const HealthRecord::Drain& theirs, const Source& from, Moment now) {
  record_.drain = theirs;
  if (drained_ == theirs.drained) return false;
  drained_ = theirs.drained;
  note(drained_ ? Cause::backend_drained : Cause::backend_enabled, from.actor, because(from.why), now);
  return true;
}

bool EndpointHealth::merge_ejection(const HealthRecord::Ejection& theirs, const Source& from, Moment now) {
  if (theirs.until <= now.wall) {
    record_.ejection = theirs;
    if (!ejection_.lasts()) return false;
    end_ejection(now);
    note(Cause::backend_restored, from.actor, because(from.why), now);
    return true;
  }
  if (!in_quota_ && !theirs.by_operator) {
    if (!quota_ || !quota_->take()) return false;
    in_quota_ = true;
  }
  ejection_.begin({now.monotonic(theirs.until), theirs.times});
  record_.ejection = theirs;
  record_.ejection->until = now.bounded(theirs.until);
  note(Cause::backend_ejected, from.actor, because(from.why), now, record_.ejection->until);
  return true;
}

bool EndpointHealth::merge_breaker(const HealthRecord::Breaker& theirs, const Source& from, Moment now) {
  const bool was_closed = breaker_.state() == CircuitBreaker::State::closed;
  record_.breaker = theirs;
  if (!theirs.open) {
    if (was_closed) return false;
    breaker_.close(now.ns);
    note(Cause::breaker_closed, from.actor, because(from.why), now);
    return true;
  }
  breaker_.open(now.monotonic(theirs.until));
  record_.breaker->until = now.bounded(theirs.until);
  note(Cause::breaker_opened, from.actor, because(from.why), now, record_.breaker->until);
  return true;
}

bool EndpointHealth::merge_probe(const HealthRecord::Probe& theirs, const Source& from, Moment now) {
  record_.probe = theirs;
  const auto state = theirs.healthy ? ProbeVerdict::State::healthy : ProbeVerdict::State::unhealthy;
  if (verdict_.state() == state) return false;
  verdict_.adopt(theirs.healthy);
  note(theirs.healthy ? Cause::backend_healthy : Cause::backend_unhealthy, from.actor, because(from.why), now);
  return true;
}

}  // namespace headgate::upstream
