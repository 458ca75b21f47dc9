#include "balance/least_connections.hpp"

namespace headgate::balance {

std::optional<std::size_t> LeastConnections::pick(const Candidates& candidates, const PickInput& /*input*/) {
  std::optional<std::size_t> best;
  std::uint64_t best_requests = 0;
  std::uint64_t best_weight = 1;
  std::uint64_t tied_weight = 0;  // of all that are as good as the best
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!candidates.usable(i)) continue;
    const std::uint64_t requests = candidates.in_flight(i);
    const std::uint64_t weight = candidates.weight(i);
    const std::uint64_t mine = requests * best_weight;
    const std::uint64_t theirs = best_requests * weight;
    if (best && mine > theirs) continue;
    const bool tie = best && mine == theirs;
    tied_weight = tie ? tied_weight + weight : weight;
    if (tie && random_.below(tied_weight) >= weight) continue;
    best = i;
    best_requests = requests;
    best_weight = weight;
  }
  return best;
}

}  // namespace headgate::balance
