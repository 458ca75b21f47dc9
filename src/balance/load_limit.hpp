#pragma once

#include <cstddef>
#include <cstdint>

#include "headgate/balancer.hpp"

namespace headgate::balance {

/// Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam 2018): no endpoint may have more than so much
/// of the mean load.
class LoadLimit {
 public:
  /// `percent` of the mean: above 100, or 0 for no limit.
  explicit LoadLimit(std::uint32_t percent) : percent_{percent} {}

  /// Before each pick. Adds the load of all endpoints up, but not each time: of n endpoints after n / 8 picks. What
  /// this worker has added meanwhile changes the mean by an eighth of a request at most.
  void look(const Candidates& candidates);
  /// Whether the endpoint may have one more request. Its fair share is the total's by weight, rounded up.
  [[nodiscard]] bool permits(const Candidates& candidates, std::size_t index) const {
    if (percent_ == 0) return true;
    return std::uint64_t{candidates.in_flight(index)} * weight_ * 100 <
           (requests_ + 1) * candidates.weight(index) * percent_;
  }

 private:
  std::uint32_t percent_;
  std::size_t fresh_for_ = 0;   ///< picks
  std::uint64_t requests_ = 0;  ///< on all usable endpoints
  std::uint64_t weight_ = 0;    ///< of all usable endpoints
};

}  // namespace headgate::balance
