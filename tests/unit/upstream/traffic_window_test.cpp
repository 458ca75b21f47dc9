#include "upstream/traffic_window.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace headgate::upstream {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t start = 100 * second;

class TrafficWindowTest : public ::testing::Test {
 protected:
  TrafficWindowTest() { window_.set_length(10s); }
  void count(int successes, int failures, std::uint64_t now) {
    for (int i = 0; i < successes; ++i) window_.count(false, now);
    for (int i = 0; i < failures; ++i) window_.count(true, now);
  }
  TrafficWindow window_;
};

TEST_F(TrafficWindowTest, CountsRequestsAndFailures) {
  count(7, 3, start);

  const Traffic traffic = window_.since(start);

  EXPECT_EQ(traffic.requests, 10U);
  EXPECT_EQ(traffic.failures, 3U);
}

TEST_F(TrafficWindowTest, AddsUpTheSlotsThatBeganSinceThen) {
  count(1, 0, start);
  count(2, 0, start + 2 * second);
  count(4, 1, start + 5 * second);

  EXPECT_EQ(window_.since(start).requests, 8U);
  EXPECT_EQ(window_.since(start + second).requests, 7U);
  EXPECT_EQ(window_.since(start + 5 * second).requests, 5U);
  EXPECT_EQ(window_.since(start + 6 * second).requests, 0U);
}

TEST_F(TrafficWindowTest, ForgetsSlotsThatItsLengthHasPassedBy) {
  for (std::uint64_t i = 0; i < 25; ++i) count(1, 0, start + i * second);

  EXPECT_EQ(window_.since(0).requests, 10U);
}

TEST_F(TrafficWindowTest, TakesTheTimeOfASlotFromItsFirstRequest) {
  count(1, 0, start);
  count(1, 0, start + second - 1);
  count(1, 0, start + second);

  EXPECT_EQ(window_.since(start + 1).requests, 1U);
}

TEST_F(TrafficWindowTest, IsOffWithoutALength) {
  EXPECT_TRUE(window_.on());

  window_.set_length(0s);

  EXPECT_FALSE(window_.on());
}

TEST(TrafficWindow, NeverShowsMoreFailuresThanRequestsToAnotherThread) {
  TrafficWindow window;
  window.set_length(1s);
  std::thread counter{[&] {
    for (std::uint64_t i = 0; i < 200'000; ++i) window.count(true, start + i * 50'000);
  }};

  bool consistent = true;
  for (int i = 0; i < 20'000; ++i) {
    const Traffic traffic = window.since(start);
    consistent = consistent && traffic.failures <= traffic.requests;
  }

  counter.join();
  EXPECT_TRUE(consistent);
}

TEST(TooManyFail, LooksOnlyAtEnoughRequests) {
  EXPECT_FALSE(too_many_fail({19, 19}, 50, 20));
  EXPECT_TRUE(too_many_fail({20, 10}, 50, 20));
  EXPECT_FALSE(too_many_fail({20, 9}, 50, 20));
  EXPECT_TRUE(too_many_fail({200, 200}, 100, 20));
}

}  // namespace
}  // namespace headgate::upstream
