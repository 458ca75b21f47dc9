#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "headgate/balancer.hpp"

namespace headgate::balance {

/// Turns in proportion to the weights, evenly spread over time: an endpoint of weight 5 does not get five requests in a
/// row. Earliest due date first: each pick of an endpoint puts its next turn off by a stride, the inverse of its weight
/// at that moment; so a weight that grows in a slow start counts from the next turn on. O(log n).
///
/// What cannot be used stands aside, loses its turns, and is looked at again with every round of the others. A retry
/// goes to whoever is due next and takes nobody's turn.
class WeightedRoundRobin final : public Balancer {
 public:
  explicit WeightedRoundRobin(const BalancerInput& input);

  std::optional<std::size_t> pick(const Candidates& candidates, const PickInput& input) override;

 private:
  struct Turn {
    std::uint64_t due = 0;  ///< wraps around: only differences count
    std::size_t endpoint = 0;
  };
  /// The heap's order: its front is due first.
  static bool later(const Turn& a, const Turn& b);

  void recall(const Candidates& candidates, std::size_t count);
  void set_aside();
  std::size_t take_turn(const Candidates& candidates);
  std::optional<std::size_t> pick_for_retry(const Candidates& candidates);

  std::vector<Turn> turns_;  ///< a heap
  std::vector<Turn> aside_;
  std::size_t next_aside_ = 0;  ///< the one to look at next
  std::uint64_t now_;           ///< when the last turn was due
};

}  // namespace headgate::balance
