#include "balance/usable_draw.hpp"

namespace headgate::balance {
namespace {

/// With half of the endpoints usable, one draw in 65,000 needs more.
constexpr int most_draws = 16;

std::vector<std::uint32_t> weights_of(const BalancerInput& input) {
  std::vector<std::uint32_t> weights;
  for (const BalancedEndpoint& endpoint : input.endpoints) weights.push_back(endpoint.weight);
  return weights;
}

}  // namespace

UsableDraw::UsableDraw(const BalancerInput& input)
    : weights_{weights_of(input)}, table_{weights_}, random_{input.seed} {}

std::optional<std::size_t> UsableDraw::draw(const Candidates& candidates, std::optional<std::size_t> but) {
  if (table_.size() == 0) return std::nullopt;
  for (int i = 0; i < most_draws; ++i) {
    const std::size_t drawn = table_.draw(random_);
    if (drawn != but && candidates.usable(drawn) && accepts(candidates, drawn)) return drawn;
  }
  return look_at_all(candidates, but);
}

/// The table knows the configured weights; an endpoint in its slow start has less, and passes by as much.
bool UsableDraw::accepts(const Candidates& candidates, std::size_t index) {
  const std::uint64_t full = std::uint64_t{weights_[index]} * Candidates::weight_unit;
  const std::uint64_t weight = candidates.weight(index);
  return weight >= full || random_.below(full) < weight;
}

/// One pass: each one takes the place of what was chosen before it with its share of the weight so far.
std::optional<std::size_t> UsableDraw::look_at_all(const Candidates& candidates, std::optional<std::size_t> but) {
  std::optional<std::size_t> chosen;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (i == but || !candidates.usable(i)) continue;
    const std::uint64_t weight = candidates.weight(i);
    total += weight;
    if (!chosen || random_.below(total) < weight) chosen = i;
  }
  return chosen;
}

}  // namespace headgate::balance
