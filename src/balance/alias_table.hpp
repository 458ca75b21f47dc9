#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"

namespace headgate::balance {

/// Draws indices in proportion to their weights, in constant time whatever their number (the alias method: Walker 1977,
/// built as Vose 1991 does).
class AliasTable {
 public:
  /// With no weight above 0 all are equal.
  explicit AliasTable(std::span<const std::uint32_t> weights);

  /// Not for an empty table.
  std::size_t draw(base::Random& random) const {
    const std::size_t column = random.below(columns_.size());
    const Column& drawn = columns_[column];
    return random.next() >> 32U < drawn.threshold ? column : drawn.alias;
  }
  [[nodiscard]] std::size_t size() const { return columns_.size(); }

 private:
  struct Column {
    std::uint64_t threshold = one;  ///< of 2^32: the share of the column that is its own
    std::size_t alias = 0;          ///< whose the rest is
  };
  static constexpr std::uint64_t one = std::uint64_t{1} << 32U;

  std::vector<Column> columns_;
};

}  // namespace headgate::balance
