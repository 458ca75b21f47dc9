#include "app/health_entries.hpp"

#include <variant>

namespace headgate::app {
namespace {

using upstream::HealthRecord;

void put(HealthRecord& record, const state::Drain& drain, const state::Entry& from) {
  record.drain = HealthRecord::Drain{drain.on, from.at, from.by};
}
void put(HealthRecord& record, const state::Ejection& ejection, const state::Entry& from) {
  record.ejection = HealthRecord::Ejection{ejection.until, ejection.count, from.at, ejection.by_operator, from.by};
}
void put(HealthRecord& record, const state::Breaker& breaker, const state::Entry& from) {
  record.breaker = HealthRecord::Breaker{breaker.open, breaker.until, from.at, from.by};
}
void put(HealthRecord& record, const state::Probes& probes, const state::Entry& from) {
  record.probe = HealthRecord::Probe{probes.healthy, from.at, from.by};
}

}  // namespace

std::vector<state::Entry> to_entries(const HealthRecord& record, const std::string& why) {
  std::vector<state::Entry> entries;
  if (const auto& part = record.drain) entries.push_back({state::Drain{part->drained}, part->changed, part->by, why});
  if (const auto& part = record.ejection)
    entries.push_back({state::Ejection{part->until, part->times, part->by_operator}, part->changed, part->by, why});
  if (const auto& part = record.breaker)
    entries.push_back({state::Breaker{part->open, part->until}, part->changed, part->by, why});
  if (const auto& part = record.probe) entries.push_back({state::Probes{part->healthy}, part->changed, part->by, why});
  return entries;
}

HealthRecord to_health_record(const state::Entry& entry) {
  HealthRecord record;
  std::visit([&](const auto& change) { put(record, change, entry); }, entry.change);
  return record;
}

std::string reason_of(const upstream::TimelineEntry& entry) {
  if (entry.actor.kind == upstream::Actor::Kind::user) return to_string(entry.actor);
  std::string reason = entry.evidence.text;
  if (entry.evidence.failure != Cause::none) {
    if (!reason.empty()) reason += ", ";
    reason += to_string(entry.evidence.failure);
  }
  return reason.empty() ? to_string(entry.actor) : reason;
}

}  // namespace headgate::app
