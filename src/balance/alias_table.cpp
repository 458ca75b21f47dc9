#include "balance/alias_table.hpp"

#include <numeric>

namespace headgate::balance {

AliasTable::AliasTable(std::span<const std::uint32_t> weights) : columns_(weights.size()) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (total <= 0) return;
  std::vector<double> heights;  // of the columns, when the mean is 1
  std::vector<std::size_t> low;
  std::vector<std::size_t> high;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    heights.push_back(weights[i] * static_cast<double>(weights.size()) / total);
    (heights[i] < 1 ? low : high).push_back(i);
  }
  while (!low.empty() && !high.empty()) {
    const std::size_t filled = low.back();
    const std::size_t giver = high.back();
    low.pop_back();
    columns_[filled] = {static_cast<std::uint64_t>(heights[filled] * static_cast<double>(one)), giver};
    heights[giver] -= 1 - heights[filled];
    if (heights[giver] >= 1) continue;
    high.pop_back();
    low.push_back(giver);
  }
  // What is left is full but for rounding, and nobody's weight is 0 there: a column of height 0 meets a giver always.
}

}  // namespace headgate::balance
