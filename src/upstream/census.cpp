#include "upstream/census.hpp"

#include <limits>

#include "headgate/balancer.hpp"
#include "upstream/slow_start.hpp"

namespace headgate::upstream {
namespace {

/// The clock begins when the machine boots, which may be less ago than a slow start takes.
std::uint64_t age_ns(const Member& member, std::uint64_t now_ns) {
  const std::uint64_t since = member.state().back_since.load(std::memory_order_relaxed);
  if (since == 0) return std::numeric_limits<std::uint64_t>::max();
  return now_ns > since ? now_ns - since : 0;
}

}  // namespace

Census::Census(std::span<const Member> members) {
  for (const Member& member : members) weights_.push_back(member.weight * Candidates::weight_unit);
}

void Census::take(std::span<const Member> members, const SpreadRules& rules, std::uint64_t now_ns) {
  taken_ns_ = now_ns;
  Group primaries;
  Group backups;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Member& member = members[i];
    if (member.weight != 0)
      (member.backup ? backups : primaries).count(member.state().out.load(std::memory_order_relaxed));
    if (rules.slow_start.count() != 0)
      weights_[i] = started_weight(member.weight * Candidates::weight_unit, age_ns(member, now_ns), rules.slow_start);
  }
  turn_ = whose_turn(primaries, backups, rules.panic_percent);
}

}  // namespace headgate::upstream
