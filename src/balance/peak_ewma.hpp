#pragma once

#include "balance/usable_draw.hpp"
#include "headgate/balancer.hpp"

namespace headgate::balance {

/// Of two endpoints, drawn in proportion to the weights, the one that is likely to answer sooner: by its latency, which
/// rises at once with a slow response and sinks with time, times the requests that it has, over its weight.
///
/// A slow endpoint does not starve: while nobody asks it, its latency decays until it is the better one of some pair.
/// One that nothing is known of is compared by its requests only, so that it gets its first ones and no flood.
class PeakEwma final : public Balancer {
 public:
  explicit PeakEwma(const BalancerInput& input) : draw_{input} {}

  std::optional<std::size_t> pick(const Candidates& candidates, const PickInput& input) override;
  [[nodiscard]] bool needs_latency() const override { return true; }

 private:
  UsableDraw draw_;
};

}  // namespace headgate::balance
