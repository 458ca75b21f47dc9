#include "upstream/latency.hpp"

#include <gtest/gtest.h>

namespace headgate::upstream {
namespace {

constexpr std::uint64_t ms = 1'000'000;
constexpr std::uint64_t half_life = 5'000 * ms;
constexpr std::uint64_t start = 1'000'000 * ms;

class LatencyTest : public ::testing::Test {
 protected:
  EndpointState endpoint_{"web", {"app", 80, ""}};
};

TEST_F(LatencyTest, IsUnknownAtFirst) { EXPECT_EQ(latency(endpoint_, start), 0U); }

TEST_F(LatencyTest, BeginsWithTheFirstSample) {
  add_latency(endpoint_, 7 * ms, start, Rise::smooth);

  EXPECT_EQ(latency(endpoint_, start), 7 * ms);
}

TEST_F(LatencyTest, ASampleCountsTheMoreTheOlderTheOthersAre) {
  add_latency(endpoint_, 10 * ms, start, Rise::smooth);

  add_latency(endpoint_, 20 * ms, start + half_life, Rise::smooth);
  EXPECT_EQ(latency(endpoint_, start + half_life), 15 * ms);
  add_latency(endpoint_, 15 * ms, start + 60 * half_life, Rise::smooth);
  EXPECT_EQ(latency(endpoint_, start + 60 * half_life), 15 * ms);
}

TEST_F(LatencyTest, OfOneMomentOnlyTheFirstSampleIsAveraged) {
  add_latency(endpoint_, 10 * ms, start, Rise::smooth);
  add_latency(endpoint_, 90 * ms, start, Rise::smooth);

  EXPECT_EQ(latency(endpoint_, start), 10 * ms);
}

TEST_F(LatencyTest, RisesAtOnceIfAskedToAndSinksSlowly) {
  add_latency(endpoint_, 10 * ms, start, Rise::at_once);
  add_latency(endpoint_, 90 * ms, start, Rise::at_once);
  EXPECT_EQ(latency(endpoint_, start), 90 * ms);

  add_latency(endpoint_, 10 * ms, start + half_life, Rise::at_once);
  EXPECT_EQ(latency(endpoint_, start + half_life), 50 * ms);
}

TEST_F(LatencyTest, DecaysWhileNoSampleComesButIsNotForgotten) {
  add_latency(endpoint_, 80 * ms, start, Rise::smooth);

  EXPECT_EQ(latency(endpoint_, start + 3 * half_life), 10 * ms);
  EXPECT_EQ(latency(endpoint_, start + 500 * half_life), 1U);
}

TEST_F(LatencyTest, TakesAResponseWithoutMeasurableTimeForKnown) {
  add_latency(endpoint_, 0, start, Rise::smooth);

  EXPECT_EQ(latency(endpoint_, start), 1U);
}

TEST_F(LatencyTest, IsNotConfusedByAClockThatAnotherWorkerHasReadLater) {
  add_latency(endpoint_, 10 * ms, start, Rise::smooth);
  add_latency(endpoint_, 20 * ms, start - ms, Rise::smooth);

  EXPECT_EQ(latency(endpoint_, start - ms), 10 * ms);
}

}  // namespace
}  // namespace headgate::upstream
