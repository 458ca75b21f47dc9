#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "balance/alias_table.hpp"
#include "base/random.hpp"
#include "headgate/balancer.hpp"

namespace headgate::balance {

/// Draws a usable endpoint at random, in proportion to the weights: in constant time while a good part of them is
/// usable, by looking at all of them otherwise.
class UsableDraw {
 public:
  explicit UsableDraw(const BalancerInput& input);

  /// Any usable endpoint other than `but`; nullopt when there is none.
  std::optional<std::size_t> draw(const Candidates& candidates, std::optional<std::size_t> but = std::nullopt);

 private:
  bool accepts(const Candidates& candidates, std::size_t index);
  std::optional<std::size_t> look_at_all(const Candidates& candidates, std::optional<std::size_t> but);

  std::vector<std::uint32_t> weights_;  ///< as configured
  AliasTable table_;
  base::Random random_;
};

}  // namespace headgate::balance
