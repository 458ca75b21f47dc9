#include "balance/round_robin.hpp"

namespace headgate::balance {

std::optional<std::size_t> RoundRobin::pick(const Candidates& candidates, const RequestHead& /*request*/) {
  const std::size_t size = candidates.size();
  if (size == 0) return std::nullopt;

  const std::optional<std::size_t> failed = candidates.last_tried();
  const std::size_t first = failed ? *failed + 1 : next_;
  std::size_t index = first < size ? first : first % size;
  for (std::size_t tried = 0; tried < size; ++tried) {
    const std::size_t following = index + 1 == size ? 0 : index + 1;
    if (candidates.usable(index)) {
      if (!failed) next_ = following;
      return index;
    }
    index = following;
  }
  return std::nullopt;
}

}  // namespace headgate::balance
