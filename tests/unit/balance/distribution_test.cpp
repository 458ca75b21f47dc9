// The shares that every strategy gives out, against what chance allows.
#include <gtest/gtest.h>

#include <cmath>

#include "endpoints.hpp"

namespace headgate::balance {
namespace {

constexpr int picked = 10'000;

/// Five standard deviations of a binomial share: a right strategy fails once in two million seeds, and seeds are fixed.
double chance(double share) { return 5 * std::sqrt(picked * share * (1 - share)); }

/// 10,000 requests of different clients and paths; each is over before the next one comes.
std::vector<int> counts_of_different_requests(Balancer& balancer, const Candidates& candidates) {
  std::vector<int> result(candidates.size());
  AnyRequest request;
  for (int i = 0; i < picked; ++i) {
    const std::string path = "/item/" + std::to_string(i);
    request.head.path = path;
    request.client = "10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250);
    ++result.at(balancer.pick(candidates, request).value());
  }
  return result;
}

std::unique_ptr<Balancer> make(const std::string& strategy, const Endpoints& endpoints, std::uint64_t seed = 1) {
  BalancerRegistry registry;
  register_builtin_balancers(registry);
  return registry.make(strategy, endpoints.input(seed));
}

class EveryStrategy : public ::testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] bool hashes() const { return std::string{GetParam()}.ends_with("hash"); }
  /// A ring's shares are not exact: 5 % above, 15 % below the fair one beside what chance adds.
  void expect_share(int count, double share) const {
    EXPECT_LE(count, share * picked * (hashes() ? 1.06 : 1) + chance(share));
    EXPECT_GE(count, share * picked * (hashes() ? 0.85 : 1) - chance(share));
  }
};

TEST_P(EveryStrategy, GivesEqualEndpointsEqualShares) {
  for (const std::size_t size : {1U, 2U, 3U, 10U}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      const Endpoints endpoints = Endpoints::equal(size);
      const auto balancer = make(GetParam(), endpoints, seed);

      for (const int count : counts_of_different_requests(*balancer, endpoints))
        expect_share(count, 1.0 / static_cast<double>(size));
    }
  }
}

TEST_P(EveryStrategy, LeavesOutWhatCannotBeUsedAndSpreadsItsShareEvenly) {
  const Endpoints endpoints{{{}, {.usable = false}, {}, {.weight = 0}, {}}};
  const auto balancer = make(GetParam(), endpoints);

  const auto counts = counts_of_different_requests(*balancer, endpoints);

  EXPECT_EQ(counts[1], 0);
  EXPECT_EQ(counts[3], 0);
  for (const std::size_t usable : {0U, 2U, 4U}) expect_share(counts[usable], 1.0 / 3);
}

TEST_P(EveryStrategy, GivesSharesByWeightExceptRoundRobin) {
  const bool equal = std::string{GetParam()} == "round_robin";
  const Endpoints endpoints = Endpoints::of_weights({5, 1, 3, 1});
  const auto balancer = make(GetParam(), endpoints);

  const auto counts = counts_of_different_requests(*balancer, endpoints);

  expect_share(counts[0], equal ? 0.25 : 0.5);
  expect_share(counts[1], equal ? 0.25 : 0.1);
  expect_share(counts[2], equal ? 0.25 : 0.3);
  expect_share(counts[3], equal ? 0.25 : 0.1);
}

TEST_P(EveryStrategy, GivesAnEndpointInItsSlowStartLessUnlessItHashes) {
  const Endpoints endpoints{{{}, {.started_percent = 10}, {}}};
  const auto balancer = make(GetParam(), endpoints);

  const auto counts = counts_of_different_requests(*balancer, endpoints);

  if (hashes()) return expect_share(counts[1], 1.0 / 3);  // a key belongs where it belongs
  // Of three weights 1, 0.1 and 1. Strategies that compare two draws or loads need not hit it exactly.
  EXPECT_GT(counts[1], 300);
  EXPECT_LT(counts[1], 700);
}

TEST_P(EveryStrategy, FindsTheOnlyOneOfManyThatCanBeUsed) {
  Endpoints endpoints = Endpoints::equal(1000);
  for (std::size_t i = 0; i < 1000; ++i) endpoints[i].usable = i == 777;
  const auto balancer = make(GetParam(), endpoints);

  EXPECT_EQ(picks(*balancer, endpoints, 3), (std::vector<std::size_t>{777, 777, 777}));
}

TEST_P(EveryStrategy, PicksNothingWhenNothingCanBeUsed) {
  const Endpoints unusable{{{.usable = false}, {.weight = 0}}};
  const Endpoints none{{}};

  EXPECT_EQ(make(GetParam(), unusable)->pick(unusable, AnyRequest{}), std::nullopt);
  EXPECT_EQ(make(GetParam(), none)->pick(none, AnyRequest{}), std::nullopt);
}

TEST_P(EveryStrategy, RetriesElsewhere) {
  Endpoints endpoints = Endpoints::equal(3);
  const auto balancer = make(GetParam(), endpoints);

  for (int i = 0; i < 100; ++i) {
    endpoints.tried = {};
    const std::size_t first = balancer->pick(endpoints, AnyRequest{}).value();
    endpoints.tried.push_back(first);
    const std::size_t second = balancer->pick(endpoints, AnyRequest{}).value();
    endpoints.tried.push_back(second);
    const std::size_t third = balancer->pick(endpoints, AnyRequest{}).value();
    endpoints.tried.push_back(third);

    EXPECT_EQ(first + second + third, 3U);
    EXPECT_NE(first, second);
    EXPECT_EQ(balancer->pick(endpoints, AnyRequest{}), std::nullopt);
  }
}

TEST_P(EveryStrategy, UsesAgainWhatCanBeUsedAgain) {
  Endpoints endpoints = Endpoints::equal(3);
  const auto balancer = make(GetParam(), endpoints);
  endpoints[1].usable = false;
  (void)counts_of_different_requests(*balancer, endpoints);

  endpoints[1].usable = true;

  expect_share(counts_of_different_requests(*balancer, endpoints)[1], 1.0 / 3);
}

INSTANTIATE_TEST_SUITE_P(Balance, EveryStrategy,
                         ::testing::Values("round_robin", "weighted_round_robin", "least_connections", "ip_hash",
                                           "hash", "random", "power_of_two", "peak_ewma"),
                         [](const auto& strategy) { return std::string{strategy.param}; });

}  // namespace
}  // namespace headgate::balance
