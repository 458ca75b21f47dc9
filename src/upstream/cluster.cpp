#include "upstream/cluster.hpp"

#include <algorithm>
#include <utility>

#include "base/coarse_time.hpp"

namespace headgate::upstream {
namespace {

/// Lost races for the last place of an endpoint before a request waits like those that came too late.
constexpr int most_races = 4;

/// Why they are out, together. 0: one of them is not.
std::uint32_t reasons_of(std::span<const Member> members) {
  std::uint32_t reasons = 0;
  for (const Member& member : members) {
    if (member.weight == 0) continue;
    const std::uint32_t out = member.state().out.load(std::memory_order_relaxed);
    if (out == 0) return 0;
    reasons |= out;
  }
  return reasons;
}

}  // namespace

Cluster::Cluster(ClusterRules rules, std::vector<Member> members, std::unique_ptr<Balancer> balancer,
                 net::DeadlineWheel& wheel, std::shared_ptr<WaitQueue> queue)
    : rules_{std::move(rules)},
      members_{std::move(members)},
      balancer_{std::move(balancer)},
      wheel_{wheel},
      queue_{std::move(queue)},
      census_{members_},
      census_tick_{wheel.now()},
      limited_{std::any_of(members_.begin(), members_.end(), [](const Member& m) { return m.max_connections != 0; })},
      needs_latency_{balancer_->needs_latency()} {
  take_census();
}

void Cluster::count_into(observe::UpstreamCounters& counters) {
  counters_ = &counters;
  queue_->count_into(counters);
}

void Cluster::take_census() {
  census_tick_ = wheel_.now();
  census_.take(members_, rules_.spread, base::coarse_nanoseconds());
}

Result<Slot> Cluster::take_slot(const PickInput& input, const Tried& tried) {
  if (limited_ && queue_->anybody_waits()) return Error{Cause::queue_full};
  return take_slot_in_turn(input, tried);
}

Result<Slot> Cluster::take_slot_in_turn(const PickInput& input, const Tried& tried) {
  if (census_tick_ != wheel_.now()) take_census();
  for (int attempt = 0; attempt < most_races; ++attempt) {
    const auto choice = choose(input, tried);
    if (!choice) return nothing_left(tried);
    const Member& member = members_[choice->index];
    if (take_place(member))
      return Slot{choice->index, member.state(), limited_ ? queue_.get() : nullptr, choice->new_to_client};
    // Another worker took the last place since the choice: that endpoint is not usable now, the next choice another
    // one.
  }
  return Error{Cause::queue_full};
}

std::optional<Cluster::Choice> Cluster::choose(const PickInput& input, const Tried& tried) {
  if (!sticky_) {
    const auto picked = pick(input, tried);
    return picked ? std::optional{Choice{*picked}} : std::nullopt;
  }
  const auto own = sticky_->endpoint_of(input.request.fields);
  bool keeps_its_own = false;
  if (own && members_[*own].weight != 0 && members_[*own].open(census_.turn().panic) && !tried.contains(*own)) {
    if (members_[*own].has_room()) return Choice{*own};
    keeps_its_own = true;  // elsewhere for this once
  }
  const auto picked = pick(input, tried);
  return picked ? std::optional{Choice{*picked, picked != own && !keeps_its_own}} : std::nullopt;
}

std::optional<std::size_t> Cluster::pick(const PickInput& input, const Tried& tried) {
  const Turn turn = census_.turn();
  if (const auto picked = balancer_->pick(ClusterCandidates{members_, census_, turn, tried}, input)) return picked;
  // The last ones of their group may have gone since the census.
  take_census();
  if (census_.turn() != turn) {
    const ClusterCandidates others{members_, census_, census_.turn(), tried};
    if (const auto picked = balancer_->pick(others, input)) return picked;
  }
  // Whoever failed this request is of no use to it: then the backups may be.
  if (tried.count() == 0 || census_.turn().backups ||
      ClusterCandidates{members_, census_, census_.turn(), tried}.any_would_do())
    return std::nullopt;
  return balancer_->pick(ClusterCandidates{members_, census_, {true, false}, tried}, input);
}

Error Cluster::nothing_left(const Tried& tried) const {
  const bool busy = limited_ && ClusterCandidates{members_, census_, census_.turn(), tried}.any_would_do();
  if (busy) return Cause::queue_full;
  return {Cause::no_healthy_backend, why_nobody(reasons_of(members_))};
}

/// Never more than the limit, whatever other workers do at the same time.
bool Cluster::take_place(const Member& member) const {
  std::atomic<std::uint32_t>& in_flight = member.state().in_flight;
  if (member.max_connections == 0) {
    in_flight.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  std::uint32_t count = in_flight.load(std::memory_order_relaxed);
  while (count < member.max_connections)
    if (in_flight.compare_exchange_weak(count, count + 1, std::memory_order_relaxed)) return true;
  return false;
}

void Cluster::answered(std::size_t index, std::uint64_t latency_ns) {
  const Rise rise = needs_latency_ ? Rise::at_once : Rise::smooth;
  add_latency(members_[index].state(), latency_ns, census_.taken_ns(), rise);
}

}  // namespace headgate::upstream
