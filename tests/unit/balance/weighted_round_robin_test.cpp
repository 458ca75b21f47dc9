#include "balance/weighted_round_robin.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "endpoints.hpp"

namespace headgate::balance {
namespace {

const AnyRequest any_request;

/// Of all stretches of picks, how far the most uneven one is from the shares by weight, in picks.
double worst_deviation(const std::vector<std::size_t>& picks, const std::vector<std::uint32_t>& weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  double worst = 0;
  for (std::size_t endpoint = 0; endpoint < weights.size(); ++endpoint) {
    // The deviation of a stretch is the difference of two prefixes'.
    double now = 0;
    double lowest = 0;
    double highest = 0;
    for (const std::size_t picked : picks) {
      now += (picked == endpoint ? 1 : 0) - weights[endpoint] / total;
      lowest = std::min(lowest, now);
      highest = std::max(highest, now);
    }
    worst = std::max(worst, highest - lowest);
  }
  return worst;
}

TEST(WeightedRoundRobin, IsExactOverWholeRounds) {
  const Endpoints endpoints = Endpoints::of_weights({5, 1, 3, 1});
  WeightedRoundRobin balancer{endpoints.input()};

  EXPECT_EQ(counts(balancer, endpoints, 10'000), (std::vector<int>{5000, 1000, 3000, 1000}));
}

TEST(WeightedRoundRobin, MakesNoBursts) {
  for (const auto& weights : {std::vector<std::uint32_t>{5, 1, 1}, {100, 1}, {3, 3, 3}, {7, 5, 3, 2, 1}, {1000, 999}}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      const Endpoints endpoints = Endpoints::of_weights(weights);
      WeightedRoundRobin balancer{endpoints.input(seed)};

      EXPECT_LT(worst_deviation(picks(balancer, endpoints, 5'000), weights), 2.5) << weights.front();
    }
  }
}

TEST(WeightedRoundRobin, SpreadsTheTurnsOfTheHeavyBetweenThoseOfTheLight) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Endpoints endpoints = Endpoints::of_weights({5, 1, 1});
    WeightedRoundRobin balancer{endpoints.input(seed)};

    int in_a_row = 0;
    for (const std::size_t picked : picks(balancer, endpoints, 100)) {
      in_a_row = picked == 0 ? in_a_row + 1 : 0;
      ASSERT_LE(in_a_row, 4) << seed;
    }
  }
}

TEST(WeightedRoundRobin, BeginsElsewhereInEachWorker) {
  const Endpoints endpoints = Endpoints::equal(10);
  std::vector<int> first(10);
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    WeightedRoundRobin balancer{endpoints.input(seed)};
    ++first[picks(balancer, endpoints, 1)[0]];
  }

  EXPECT_GT(*std::min_element(first.begin(), first.end()), 30) << "the shares of a golden spiral: 5, 9 and 14 %";
}

TEST(WeightedRoundRobin, LetsNobodyMakeUpForTheTimeAside) {
  Endpoints endpoints = Endpoints::equal(3);
  WeightedRoundRobin balancer{endpoints.input()};
  endpoints[1].usable = false;
  (void)picks(balancer, endpoints, 10'000);

  endpoints[1].usable = true;
  const auto after = picks(balancer, endpoints, 300);

  EXPECT_LE(worst_deviation(after, {1, 1, 1}), 2.5);
}

TEST(WeightedRoundRobin, NoticesWithinARoundWhatCanBeUsedAgain) {
  Endpoints endpoints = Endpoints::equal(100);
  WeightedRoundRobin balancer{endpoints.input()};
  for (std::size_t i = 0; i < 90; ++i) endpoints[i].usable = false;
  (void)picks(balancer, endpoints, 1'000);
  for (std::size_t i = 0; i < 90; ++i) endpoints[i].usable = true;

  const auto shares = counts(balancer, endpoints, 300);

  EXPECT_GT(*std::min_element(shares.begin(), shares.end()), 1);
  EXPECT_LT(*std::max_element(shares.begin(), shares.end()), 6);
}

TEST(WeightedRoundRobin, TakesAGrowingWeightOver) {
  Endpoints endpoints = Endpoints::equal(2);
  WeightedRoundRobin balancer{endpoints.input()};

  std::vector<int> shares;
  for (const std::uint32_t percent : {10U, 50U, 100U}) {
    endpoints[1].started_percent = percent;
    (void)picks(balancer, endpoints, 20);
    shares.push_back(counts(balancer, endpoints, 1'100)[1]);
  }

  EXPECT_NEAR(shares[0], 100, 2);
  EXPECT_NEAR(shares[1], 1'100 / 3, 2);
  EXPECT_NEAR(shares[2], 550, 2);
}

TEST(WeightedRoundRobin, RetriesOnWhoIsNextWithoutTakingItsTurn) {
  Endpoints endpoints = Endpoints::of_weights({5, 1, 1});
  WeightedRoundRobin alone{endpoints.input()};
  WeightedRoundRobin balancer{endpoints.input()};
  const auto expected = picks(alone, endpoints, 700);

  std::vector<std::size_t> first_attempts;
  for (int i = 0; i < 700; ++i) {
    endpoints.tried = {};
    first_attempts.push_back(balancer.pick(endpoints, any_request).value());
    endpoints.tried = {first_attempts.back()};
    EXPECT_NE(balancer.pick(endpoints, any_request), first_attempts.back());
  }

  EXPECT_EQ(first_attempts, expected);
}

TEST(WeightedRoundRobin, RetriesOnWhatStandsAsideButCanBeUsedAgain) {
  Endpoints endpoints = Endpoints::equal(2);
  WeightedRoundRobin balancer{endpoints.input()};
  endpoints[1].usable = false;
  (void)picks(balancer, endpoints, 3);

  endpoints[1].usable = true;
  endpoints.tried = {0};

  EXPECT_EQ(balancer.pick(endpoints, any_request), 1U);
}

}  // namespace
}  // namespace headgate::balance
