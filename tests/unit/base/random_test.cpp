#include "base/random.hpp"

#include <gtest/gtest.h>

#include <array>

namespace headgate::base {
namespace {

TEST(Random, StaysBelowItsBoundAndReachesAllOfIt) {
  Random random{1};
  std::array<int, 7> seen{};

  for (int i = 0; i < 7'000; ++i) ++seen.at(random.below(7));

  for (const int count : seen) EXPECT_NEAR(count, 1'000, 150);  // five standard deviations
}

TEST(Random, TakesBoundsUpToTheWholeRange) {
  Random random{1};

  EXPECT_EQ(random.below(1), 0U);
  EXPECT_LT(random.below(std::uint64_t{1} << 32U), std::uint64_t{1} << 32U);
}

TEST(Random, OfOneSeedIsOneRow) {
  Random a{5};
  Random b{5};
  Random c{6};

  EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(a.next(), c.next());
}

TEST(Random, SeedsAreNotTheSame) { EXPECT_NE(random_seed(), random_seed()); }

}  // namespace
}  // namespace headgate::base
