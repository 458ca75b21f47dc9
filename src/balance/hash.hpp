#pragma once

#include "balance/keyed_choice.hpp"
#include "headgate/balancer.hpp"

namespace headgate::balance {

/// The same endpoint for the same path and query, header field or cookie, by consistent hashing. A request without it
/// counts by its client's address.
class Hash final : public Balancer {
 public:
  explicit Hash(const BalancerInput& input) : source_{input.hash}, choice_{input} {}

  std::optional<std::size_t> pick(const Candidates& candidates, const PickInput& input) override;

 private:
  [[nodiscard]] std::optional<std::uint64_t> key_of(const RequestHead& request) const;

  HashKey source_;
  KeyedChoice choice_;
};

}  // namespace headgate::balance
