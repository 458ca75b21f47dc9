#pragma once

#include <cstddef>
#include <optional>

#include "headgate/balancer.hpp"

namespace headgate::balance {

/// One endpoint after the other, in order; those that cannot be used are passed over. Weights are not looked at. A
/// retry goes to the next one after that which failed and takes nobody's turn.
class RoundRobin final : public Balancer {
 public:
  /// `start` is the endpoint of the first pick (any number: taken modulo the size).
  explicit RoundRobin(std::size_t start) : next_{start} {}

  std::optional<std::size_t> pick(const Candidates& candidates, const RequestHead& request) override;

 private:
  std::size_t next_;
};

}  // namespace headgate::balance
