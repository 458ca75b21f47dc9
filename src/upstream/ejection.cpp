#include "upstream/ejection.hpp"

#include <algorithm>

#include "upstream/moment.hpp"

namespace headgate::upstream {
namespace {

/// Of an ejection that follows `earlier` others.
std::uint64_t length_after(const config::PassiveHealth& rules, std::uint32_t earlier) {
  const std::uint64_t most = nanoseconds(rules.max_eject_for);
  std::uint64_t length = nanoseconds(rules.eject_for);
  for (std::uint32_t i = 0; i < earlier && length < most; ++i) length *= 2;
  return std::min(length, most);
}

}  // namespace

bool EjectionQuota::take() {
  std::uint32_t taken = taken_;
  while (taken < limit_) {
    if (taken_.compare_exchange_weak(taken, taken + 1)) return true;
  }
  return false;
}

bool Ejection::warranted(const config::PassiveHealth& rules, std::uint32_t failures_in_a_row, const Traffic& traffic) {
  if (rules.consecutive_failures != 0 && failures_in_a_row >= rules.consecutive_failures) return true;
  return rules.failure_percent != 0 && too_many_fail(traffic, rules.failure_percent, rules.min_requests);
}

Ejection::Term Ejection::next(const config::PassiveHealth& rules, std::uint64_t now) const {
  const std::uint64_t length = length_after(rules, term_.times);
  const bool forgotten = now - ended_at_ >= length;
  if (forgotten) return {now + length_after(rules, 0), 1};
  return {now + length, term_.times + 1};
}

void Ejection::begin(const Term& term) {
  lasts_ = true;
  term_ = term;
}

void Ejection::end(std::uint64_t now) {
  lasts_ = false;
  ended_at_ = now;
}

}  // namespace headgate::upstream
