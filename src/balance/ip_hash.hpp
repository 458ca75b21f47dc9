#pragma once

#include "balance/keyed_choice.hpp"
#include "headgate/balancer.hpp"

namespace headgate::balance {

/// The same endpoint for the same client address, by consistent hashing.
class IpHash final : public Balancer {
 public:
  explicit IpHash(const BalancerInput& input) : choice_{input} {}

  std::optional<std::size_t> pick(const Candidates& candidates, const PickInput& input) override {
    return choice_.choose(candidates, choice_.client_key(input.client_ip));
  }

 private:
  KeyedChoice choice_;
};

}  // namespace headgate::balance
