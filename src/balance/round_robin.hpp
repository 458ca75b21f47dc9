#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "headgate/balancer.hpp"

namespace headgate::balance {

/// One endpoint after the other, in order; those that cannot be used are passed over. Weights are not looked at, except
/// that an endpoint in its slow start takes only as many of its turns as it has of its weight. A retry goes to the next
/// one after that which failed and takes nobody's turn.
class RoundRobin final : public Balancer {
 public:
  /// Workers begin with different endpoints.
  explicit RoundRobin(const BalancerInput& input);

  std::optional<std::size_t> pick(const Candidates& candidates, const PickInput& input) override;

 private:
  struct Share {
    std::uint64_t full = 0;    ///< the weight outside of a slow start
    std::uint64_t credit = 0;  ///< hundredths of a turn, saved up during a slow start
  };
  bool takes_turn(const Candidates& candidates, std::size_t index);

  std::vector<Share> shares_;
  std::size_t next_;
};

}  // namespace headgate::balance
