#include <gtest/gtest.h>

#include "balance/peak_ewma.hpp"
#include "balance/power_of_two.hpp"
#include "endpoints.hpp"

namespace headgate::balance {
namespace {

constexpr std::uint64_t ms = 1'000'000;
const AnyRequest any_request;

TEST(PowerOfTwo, TakesTheLessLoadedOfTwo) {
  const Endpoints endpoints{{{.in_flight = 9}, {.in_flight = 1}}};
  PowerOfTwo balancer{endpoints.input()};

  EXPECT_EQ(counts(balancer, endpoints, 100), (std::vector<int>{0, 100}));
}

TEST(PowerOfTwo, NeverTakesTheMostLoadedOfMany) {
  Endpoints endpoints = Endpoints::equal(10);
  endpoints[4].in_flight = 1;
  PowerOfTwo balancer{endpoints.input()};

  EXPECT_EQ(counts(balancer, endpoints, 10'000)[4], 0);
}

TEST(PowerOfTwo, FillsUpByWeight) {
  Endpoints endpoints = Endpoints::of_weights({4, 2, 1, 1});
  PowerOfTwo balancer{endpoints.input()};

  for (int i = 0; i < 8'000; ++i) ++endpoints[balancer.pick(endpoints, any_request).value()].in_flight;

  EXPECT_NEAR(endpoints[0].in_flight, 4'000, 40);
  EXPECT_NEAR(endpoints[1].in_flight, 2'000, 20);
  EXPECT_NEAR(endpoints[2].in_flight, 1'000, 10);
}

TEST(PeakEwma, TakesTheFasterOfTwo) {
  const Endpoints endpoints{{{.latency_ns = 20 * ms}, {.latency_ns = 5 * ms}}};
  PeakEwma balancer{endpoints.input()};

  EXPECT_EQ(counts(balancer, endpoints, 100), (std::vector<int>{0, 100}));
}

TEST(PeakEwma, CountsWhatIsAheadInTheLine) {
  const Endpoints endpoints{{{.in_flight = 0, .latency_ns = 20 * ms}, {.in_flight = 9, .latency_ns = 5 * ms}}};
  PeakEwma balancer{endpoints.input()};

  EXPECT_EQ(counts(balancer, endpoints, 100), (std::vector<int>{100, 0}));
}

TEST(PeakEwma, TriesWhatNothingIsKnownOf) {
  const Endpoints endpoints{{{.latency_ns = 1}, {.latency_ns = 0}}};
  PeakEwma balancer{endpoints.input()};

  EXPECT_EQ(counts(balancer, endpoints, 100), (std::vector<int>{0, 100}));
}

TEST(PeakEwma, DoesNotFloodWhatNothingIsKnownOf) {
  const Endpoints endpoints{{{.in_flight = 1, .latency_ns = 5 * ms}, {.in_flight = 2, .latency_ns = 0}}};
  PeakEwma balancer{endpoints.input()};

  EXPECT_EQ(counts(balancer, endpoints, 100), (std::vector<int>{100, 0}));
}

TEST(PeakEwma, WeighsTheCost) {
  const Endpoints endpoints{{{.weight = 1, .latency_ns = 5 * ms}, {.weight = 10, .latency_ns = 20 * ms}}};
  PeakEwma balancer{endpoints.input()};

  EXPECT_EQ(counts(balancer, endpoints, 100), (std::vector<int>{0, 100}));
}

}  // namespace
}  // namespace headgate::balance
