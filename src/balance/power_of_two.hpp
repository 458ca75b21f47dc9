#pragma once

#include "balance/usable_draw.hpp"
#include "headgate/balancer.hpp"

namespace headgate::balance {

/// Of two endpoints, drawn in proportion to the weights, the one that has fewer requests for its weight. Nearly as even
/// as the least of all, at the price of two looks (Mitzenmacher 2001).
class PowerOfTwo final : public Balancer {
 public:
  explicit PowerOfTwo(const BalancerInput& input) : draw_{input} {}

  std::optional<std::size_t> pick(const Candidates& candidates, const PickInput& input) override;

 private:
  UsableDraw draw_;
};

}  // namespace headgate::balance
