#include "balance/alias_table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace headgate::balance {
namespace {

void expect_shares(const std::vector<std::uint32_t>& weights) {
  constexpr int draws = 20'000;
  const AliasTable table{weights};
  base::Random random{1};
  std::vector<int> counts(weights.size());
  for (int i = 0; i < draws; ++i) ++counts.at(table.draw(random));

  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double share = weights[i] / total;
    EXPECT_NEAR(counts[i], share * draws, 5 * std::sqrt(draws * share * (1 - share))) << i;
  }
}

TEST(AliasTable, DrawsInProportionToTheWeights) {
  expect_shares({1});
  expect_shares({1, 1, 1});
  expect_shares({1000, 1});
  expect_shares({0, 5, 0, 1, 3, 1});
  expect_shares({1000, 999, 998, 1, 1, 1, 1, 500});
}

TEST(AliasTable, NeverDrawsAWeightOfZero) {
  std::vector<std::uint32_t> weights(1'000);
  weights[3] = 1;
  weights[999] = 1;
  const AliasTable table{weights};
  base::Random random{1};

  for (int i = 0; i < 10'000; ++i) {
    const std::size_t drawn = table.draw(random);
    ASSERT_TRUE(drawn == 3 || drawn == 999);
  }
}

}  // namespace
}  // namespace headgate::balance
