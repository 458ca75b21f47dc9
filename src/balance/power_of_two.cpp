#include "balance/power_of_two.hpp"

#include "balance/load.hpp"

namespace headgate::balance {

std::optional<std::size_t> PowerOfTwo::pick(const Candidates& candidates, const PickInput& /*input*/) {
  const auto first = draw_.draw(candidates);
  if (!first) return std::nullopt;
  const auto second = draw_.draw(candidates, first);
  return second && less_loaded(candidates, *second, *first) ? second : first;
}

}  // namespace headgate::balance
