#include "balance/keyed_choice.hpp"

namespace headgate::balance {

std::optional<std::size_t> KeyedChoice::choose(const Candidates& candidates, std::uint64_t key) {
  limit_.look(candidates);
  const auto within_limit = [&](std::size_t index) {
    return candidates.usable(index) && limit_.permits(candidates, index);
  };
  if (const auto owner = ring_.owner(key, within_limit)) return owner;
  return ring_.owner(key, [&](std::size_t index) { return candidates.usable(index); });
}

}  // namespace headgate::balance
