#pragma once

#include "base/random.hpp"
#include "headgate/balancer.hpp"

namespace headgate::balance {

/// The endpoint that has the fewest requests for its weight; among equals any, in proportion to the weights. Looks at
/// all of them.
class LeastConnections final : public Balancer {
 public:
  explicit LeastConnections(const BalancerInput& input) : random_{input.seed} {}

  std::optional<std::size_t> pick(const Candidates& candidates, const PickInput& input) override;

 private:
  base::Random random_;
};

}  // namespace headgate::balance
