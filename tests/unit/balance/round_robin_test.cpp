#include "balance/round_robin.hpp"

#include <gtest/gtest.h>

#include "endpoints.hpp"

namespace headgate::balance {
namespace {

const AnyRequest any_request;

TEST(RoundRobin, TakesOneAfterTheOther) {
  const Endpoints endpoints = Endpoints::equal(3);
  RoundRobin balancer{endpoints.input()};

  EXPECT_EQ(picks(balancer, endpoints, 7), (std::vector<std::size_t>{0, 1, 2, 0, 1, 2, 0}));
}

TEST(RoundRobin, BeginsElsewhereInEachWorker) {
  const Endpoints endpoints = Endpoints::equal(3);
  BalancerInput input = endpoints.input();
  input.worker = 7;
  RoundRobin balancer{input};

  EXPECT_EQ(picks(balancer, endpoints, 3), (std::vector<std::size_t>{1, 2, 0}));
}

TEST(RoundRobin, PassesOverThoseThatCannotBeUsed) {
  const Endpoints endpoints{{{.usable = false}, {}, {.weight = 0}, {}}};
  RoundRobin balancer{endpoints.input()};

  EXPECT_EQ(picks(balancer, endpoints, 4), (std::vector<std::size_t>{1, 3, 1, 3}));
}

TEST(RoundRobin, DoesNotLookAtWeights) {
  const Endpoints endpoints = Endpoints::of_weights({5, 1});
  RoundRobin balancer{endpoints.input()};

  EXPECT_EQ(counts(balancer, endpoints, 100), (std::vector<int>{50, 50}));
}

TEST(RoundRobin, SpreadsFirstAttemptsEvenlyWhileOneEndpointIsDead) {
  for (const std::size_t size : {2U, 3U, 4U}) {
    Endpoints endpoints = Endpoints::equal(size);
    RoundRobin balancer{endpoints.input()};
    std::vector<int> first_attempts(size);

    for (int request = 0; request < 600; ++request) {
      endpoints.tried = {};
      const std::size_t picked = balancer.pick(endpoints, any_request).value();
      ++first_attempts[picked];
      endpoints.tried = {0};
      if (picked == 0) (void)balancer.pick(endpoints, any_request);
    }

    EXPECT_EQ(first_attempts, std::vector<int>(size, 600 / static_cast<int>(size)));
  }
}

TEST(RoundRobin, RetriesOnTheNextOneWithoutTakingItsTurn) {
  Endpoints endpoints = Endpoints::equal(4);
  RoundRobin balancer{endpoints.input()};
  (void)picks(balancer, endpoints, 3);

  endpoints.tried = {2};
  EXPECT_EQ(balancer.pick(endpoints, any_request), 3U);
  endpoints.tried = {2, 3};
  EXPECT_EQ(balancer.pick(endpoints, any_request), 0U);
  endpoints.tried = {2, 0};
  EXPECT_EQ(balancer.pick(endpoints, any_request), 1U);
  endpoints.tried = {};
  EXPECT_EQ(balancer.pick(endpoints, any_request), 3U) << "whose turn it was";
}

TEST(RoundRobin, PicksNothingWhenNoneCanBeUsed) {
  const Endpoints none_usable{{{.usable = false}, {.usable = false}}};
  const Endpoints none{{}};
  RoundRobin balancer{none_usable.input()};
  RoundRobin of_none{none.input()};

  EXPECT_EQ(balancer.pick(none_usable, any_request), std::nullopt);
  EXPECT_EQ(of_none.pick(none, any_request), std::nullopt);
}

TEST(RoundRobin, KeepsItsTurnWhileNoneCanBeUsed) {
  Endpoints endpoints = Endpoints::equal(3);
  RoundRobin balancer{endpoints.input()};
  (void)picks(balancer, endpoints, 1);
  for (std::size_t i = 0; i < 3; ++i) endpoints[i].usable = false;
  (void)balancer.pick(endpoints, any_request);
  for (std::size_t i = 0; i < 3; ++i) endpoints[i].usable = true;

  EXPECT_EQ(picks(balancer, endpoints, 1), (std::vector<std::size_t>{1}));
}

TEST(RoundRobin, GivesAnEndpointInItsSlowStartPartOfItsTurns) {
  const Endpoints endpoints{{{.weight = 3}, {.weight = 3, .started_percent = 20}, {.weight = 3}}};
  RoundRobin balancer{endpoints.input()};

  EXPECT_EQ(counts(balancer, endpoints, 1100), (std::vector<int>{500, 100, 500}));
}

TEST(RoundRobin, TakesTurnsAmongEndpointsThatAllStartSlowly) {
  const Endpoints endpoints{{{.started_percent = 10}, {.started_percent = 10}, {.started_percent = 10}}};
  RoundRobin balancer{endpoints.input()};

  EXPECT_EQ(counts(balancer, endpoints, 300), (std::vector<int>{100, 100, 100}));
}

}  // namespace
}  // namespace headgate::balance
