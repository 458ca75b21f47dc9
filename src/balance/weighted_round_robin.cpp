#include "balance/weighted_round_robin.hpp"

#include <algorithm>

#include "base/random.hpp"

namespace headgate::balance {
namespace {

/// Of weight 1 (in units of Candidates::weight_unit parts): long enough for strides of the largest weight to be exact
/// to a thousandth, short enough for the due dates of all endpoints to lie within half of the circle.
constexpr std::uint64_t longest_stride = std::uint64_t{1} << 40U;

/// The due dates begin shortly before they wrap around, so that every test sees what months of requests would bring.
constexpr std::uint64_t beginning = 0 - longest_stride;

std::uint64_t stride(std::uint64_t weight) { return longest_stride / std::max<std::uint64_t>(weight, 1); }

bool before(std::uint64_t a, std::uint64_t b) { return static_cast<std::int64_t>(a - b) < 0; }

}  // namespace

WeightedRoundRobin::WeightedRoundRobin(const BalancerInput& input) : now_{beginning} {
  std::uint64_t phase = base::mix(input.seed);
  for (std::size_t i = 0; i < input.endpoints.size(); ++i) {
    const std::uint32_t weight = input.endpoints[i].weight;
    if (weight == 0) continue;
    // Begun at different parts of their strides: endpoints of one weight take turns with the others, not in a row.
    phase += base::golden_step;
    const std::uint64_t whole = stride(std::uint64_t{weight} * Candidates::weight_unit);
    turns_.push_back({beginning + ((phase >> 40U) * whole >> 24U), i});  // a stride has 40 bits at most
  }
  std::make_heap(turns_.begin(), turns_.end(), later);
}

bool WeightedRoundRobin::later(const Turn& a, const Turn& b) {
  return a.due == b.due ? a.endpoint > b.endpoint : before(b.due, a.due);
}

std::optional<std::size_t> WeightedRoundRobin::pick(const Candidates& candidates, const PickInput& /*input*/) {
  if (candidates.last_tried()) return pick_for_retry(candidates);
  if (!turns_.empty()) recall(candidates, (aside_.size() + turns_.size() - 1) / turns_.size());
  for (;;) {
    while (!turns_.empty()) {
      if (candidates.usable(turns_.front().endpoint)) return take_turn(candidates);
      set_aside();
    }
    recall(candidates, aside_.size());
    if (turns_.empty()) return std::nullopt;
  }
}

std::size_t WeightedRoundRobin::take_turn(const Candidates& candidates) {
  std::pop_heap(turns_.begin(), turns_.end(), later);
  Turn& taken = turns_.back();
  const std::size_t endpoint = taken.endpoint;
  now_ = taken.due;
  taken.due += stride(candidates.weight(endpoint));
  std::push_heap(turns_.begin(), turns_.end(), later);
  return endpoint;
}

/// The one whose turn it is cannot be used: it loses the turn.
void WeightedRoundRobin::set_aside() {
  std::pop_heap(turns_.begin(), turns_.end(), later);
  aside_.push_back(turns_.back());
  turns_.pop_back();
}

/// Looks at so many of those that stand aside. Who comes back is due now at the earliest: nothing is made up for.
void WeightedRoundRobin::recall(const Candidates& candidates, std::size_t count) {
  for (; count > 0 && !aside_.empty(); --count) {
    if (next_aside_ >= aside_.size()) next_aside_ = 0;
    Turn& turn = aside_[next_aside_];
    if (!candidates.usable(turn.endpoint)) {
      ++next_aside_;
      continue;
    }
    if (before(turn.due, now_)) turn.due = now_;
    turns_.push_back(turn);
    std::push_heap(turns_.begin(), turns_.end(), later);
    turn = aside_.back();
    aside_.pop_back();
  }
}

std::optional<std::size_t> WeightedRoundRobin::pick_for_retry(const Candidates& candidates) {
  std::optional<std::size_t> found;
  auto rest = turns_.end();  // in front of it the heap, behind it what was looked at
  while (!found && rest != turns_.begin()) {
    std::pop_heap(turns_.begin(), rest, later);
    --rest;
    if (candidates.usable(rest->endpoint)) found = rest->endpoint;
  }
  while (rest != turns_.end()) std::push_heap(turns_.begin(), ++rest, later);
  for (auto turn = aside_.begin(); !found && turn != aside_.end(); ++turn)
    if (candidates.usable(turn->endpoint)) found = turn->endpoint;
  return found;
}

}  // namespace headgate::balance
