#include "exchange/retry_backoff.hpp"

#include <gtest/gtest.h>

namespace headgate::exchange {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t half = 1U << 31U;
constexpr std::uint32_t most = ~0U;
constexpr config::Backoff rules{100ms, 1s};

TEST(Backoff, DoublesItsBoundUpToTheHighest) {
  EXPECT_EQ(backoff(rules, 0, half), 50ms);
  EXPECT_EQ(backoff(rules, 1, half), 100ms);
  EXPECT_EQ(backoff(rules, 2, half), 200ms);
  EXPECT_EQ(backoff(rules, 3, half), 400ms);
  EXPECT_EQ(backoff(rules, 4, half), 500ms);
  EXPECT_EQ(backoff(rules, 99, half), 500ms);
}

TEST(Backoff, IsAnyTimeBelowItsBound) {
  EXPECT_EQ(backoff(rules, 0, 0), 0ms);
  EXPECT_EQ(backoff(rules, 0, most), 99ms);
}

TEST(Backoff, IsOffWithABaseOfZero) { EXPECT_EQ(backoff({0ms, 1s}, 5, most), 0ms); }

TEST(InTicks, KeepsWholeTicks) {
  EXPECT_EQ(in_ticks(100ms, 50ms, 0), 2);
  EXPECT_EQ(in_ticks(100ms, 50ms, most), 2);
  EXPECT_EQ(in_ticks(0ms, 50ms, 0), 0);
}

TEST(InTicks, HasTheRightMean) {
  std::int64_t ticks = 0;
  constexpr std::uint32_t tries = 1000;

  for (std::uint32_t i = 0; i < tries; ++i) ticks += in_ticks(60ms, 50ms, i * (most / tries));

  EXPECT_NEAR(static_cast<double>(ticks) / tries, 1.2, 0.01);
}

}  // namespace
}  // namespace headgate::exchange
