#include "balance/least_connections.hpp"

#include <gtest/gtest.h>

#include "endpoints.hpp"

namespace headgate::balance {
namespace {

const AnyRequest any_request;

TEST(LeastConnections, TakesTheLeastLoaded) {
  const Endpoints endpoints{{{.in_flight = 9}, {.in_flight = 2}, {.in_flight = 3}}};
  LeastConnections balancer{endpoints.input()};

  EXPECT_EQ(balancer.pick(endpoints, any_request), 1U);
}

TEST(LeastConnections, CountsRequestsAgainstTheWeight) {
  const Endpoints endpoints{{{.weight = 1, .in_flight = 2}, {.weight = 10, .in_flight = 19}, {.in_flight = 3}}};
  LeastConnections balancer{endpoints.input()};

  EXPECT_EQ(balancer.pick(endpoints, any_request), 1U);
}

TEST(LeastConnections, DoesNotSendEverythingToTheFirstOfEquals) {
  const Endpoints endpoints{{{.in_flight = 5}, {.in_flight = 4}, {.in_flight = 4}, {.weight = 2, .in_flight = 8}}};
  LeastConnections balancer{endpoints.input()};

  const auto shares = counts(balancer, endpoints, 10'000);

  EXPECT_EQ(shares[0], 0);
  EXPECT_NEAR(shares[1], 2'500, 220);  // five standard deviations
  EXPECT_NEAR(shares[2], 2'500, 220);
  EXPECT_NEAR(shares[3], 5'000, 250) << "weight 2";
}

TEST(LeastConnections, FillsUpByWeight) {
  Endpoints endpoints = Endpoints::of_weights({4, 2, 1});
  LeastConnections balancer{endpoints.input()};

  for (int i = 0; i < 700; ++i) ++endpoints[balancer.pick(endpoints, any_request).value()].in_flight;

  EXPECT_EQ(endpoints[0].in_flight, 400U);
  EXPECT_EQ(endpoints[1].in_flight, 200U);
  EXPECT_EQ(endpoints[2].in_flight, 100U);
}

}  // namespace
}  // namespace headgate::balance
