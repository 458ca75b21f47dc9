#include "first_with_room.hpp"

#include <memory>

namespace example {

std::optional<std::size_t> FirstWithRoom::pick(const headgate::Candidates& candidates,
                                               const headgate::PickInput& /*input*/) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!candidates.usable(i)) continue;
    const std::uint64_t requests = std::uint64_t{candidates.in_flight(i)} * headgate::Candidates::weight_unit;
    if (requests < std::uint64_t{full_} * candidates.weight(i)) return i;
    // Both sides multiplied by both weights: whole numbers, and no division.
    const bool better = !best || std::uint64_t{candidates.in_flight(i)} * candidates.weight(*best) <
                                     std::uint64_t{candidates.in_flight(*best)} * candidates.weight(i);
    if (better) best = i;
  }
  return best;
}

void register_first_with_room(headgate::BalancerRegistry& registry) {
  registry.add("first_with_room", [](const headgate::BalancerInput&) { return std::make_unique<FirstWithRoom>(8); });
}

}  // namespace example
