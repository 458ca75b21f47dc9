#include "balance/round_robin.hpp"

namespace headgate::balance {

std::optional<std::size_t> RoundRobin::pick(const Candidates& candidates, const RequestHead& /*request*/) {
  const std::size_t size = candidates.size();
  if (size == 0) return std::nullopt;

  std::size_t index = next_ < size ? next_ : next_ % size;
  for (std::size_t tried = 0; tried < size; ++tried) {
    const std::size_t following = index + 1 == size ? 0 : index + 1;
    if (candidates.usable(index)) {
      next_ = following;
      return index;
    }
    index = following;
  }
  return std::nullopt;
}

}  // namespace headgate::balance
