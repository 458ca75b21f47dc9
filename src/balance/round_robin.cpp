#include "balance/round_robin.hpp"

namespace headgate::balance {

RoundRobin::RoundRobin(const BalancerInput& input) : next_{input.worker} {
  for (const BalancedEndpoint& endpoint : input.endpoints)
    shares_.push_back({std::uint64_t{endpoint.weight} * Candidates::weight_unit, 0});
}

std::optional<std::size_t> RoundRobin::pick(const Candidates& candidates, const PickInput& /*input*/) {
  const std::size_t size = shares_.size();
  if (size == 0) return std::nullopt;

  const std::optional<std::size_t> failed = candidates.last_tried();
  const std::size_t first = failed ? *failed + 1 : next_;
  std::optional<std::size_t> passed_over;
  std::size_t index = first < size ? first : first % size;
  for (std::size_t tried = 0; tried < size; ++tried) {
    const std::size_t following = index + 1 == size ? 0 : index + 1;
    if (candidates.usable(index)) {
      if (failed) return index;
      if (takes_turn(candidates, index)) {
        next_ = following;
        return index;
      }
      if (!passed_over) passed_over = index;
    }
    index = following;
  }
  if (passed_over) next_ = *passed_over + 1 == size ? 0 : *passed_over + 1;
  return passed_over;
}

bool RoundRobin::takes_turn(const Candidates& candidates, std::size_t index) {
  Share& share = shares_[index];
  const std::uint64_t weight = candidates.weight(index);
  if (weight >= share.full) return true;
  share.credit += 100 * weight / share.full;
  if (share.credit < 100) return false;
  share.credit -= 100;
  return true;
}

}  // namespace headgate::balance
