#pragma once

#include "balance/usable_draw.hpp"
#include "headgate/balancer.hpp"

namespace headgate::balance {

/// Any endpoint, in proportion to the weights.
class RandomChoice final : public Balancer {
 public:
  explicit RandomChoice(const BalancerInput& input) : draw_{input} {}

  std::optional<std::size_t> pick(const Candidates& candidates, const PickInput& /*input*/) override {
    return draw_.draw(candidates);
  }

 private:
  UsableDraw draw_;
};

}  // namespace headgate::balance
