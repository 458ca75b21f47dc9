#include "base/decay.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace headgate::base {
namespace {

TEST(Decayed, HalvesInEachHalfLife) {
  EXPECT_EQ(decayed(1'000, 0, 10), 1'000U);
  EXPECT_EQ(decayed(1'000, 10, 10), 500U);
  EXPECT_EQ(decayed(1'000, 30, 10), 125U);
}

TEST(Decayed, FollowsTheCurveInBetween) {
  for (std::uint64_t age = 0; age < 10'000; age += 7) {
    const double exact = 1e12 * std::exp2(-static_cast<double>(age) / 1'000);
    const auto value = static_cast<double>(decayed(1'000'000'000'000, age, 1'000));
    ASSERT_GE(value, exact * 0.999) << age;
    ASSERT_LE(value, exact * 1.062) << age;
  }
}

TEST(Decayed, NeverGrowsAndEndsAtNothing) {
  std::uint64_t before = ~std::uint64_t{0};
  for (std::uint64_t age = 0; age < 700; ++age) {
    const std::uint64_t value = decayed(1'000'000'000'000, age, 10);
    ASSERT_LE(value, before);
    before = value;
  }
  EXPECT_EQ(decayed(~std::uint64_t{0}, ~std::uint64_t{0}, 1), 0U);
}

}  // namespace
}  // namespace headgate::base
