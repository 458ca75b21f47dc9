#include "balance/builtin.hpp"

#include <gtest/gtest.h>

#include "endpoints.hpp"

namespace headgate::balance {
namespace {

TEST(BuiltinBalancers, AreMadeByName) {
  BalancerRegistry registry;
  register_builtin_balancers(registry);
  const Endpoints endpoints = Endpoints::equal(3);
  BalancerInput input = endpoints.input();
  input.worker = 2;

  const auto balancer = registry.make("round_robin", input);

  ASSERT_NE(balancer, nullptr);
  EXPECT_EQ(balancer->pick(endpoints, AnyRequest{}), 2U);
  EXPECT_EQ(registry.make("nonsense", input), nullptr);
  EXPECT_TRUE(registry.contains("round_robin"));
  EXPECT_FALSE(registry.contains("nonsense"));
  EXPECT_EQ(registry.names(),
            (std::vector<std::string_view>{"hash", "ip_hash", "least_connections", "peak_ewma", "power_of_two",
                                           "random", "round_robin", "weighted_round_robin"}));
}

TEST(BuiltinBalancers, OnlyOneOfThemNeedsLatencies) {
  BalancerRegistry registry;
  register_builtin_balancers(registry);
  const Endpoints endpoints = Endpoints::equal(1);

  for (const std::string_view name : registry.names())
    EXPECT_EQ(registry.make(name, endpoints.input())->needs_latency(), name == "peak_ewma") << name;
}

TEST(BuiltinBalancers, RefuseANameThatIsTaken) {
  BalancerRegistry registry;
  register_builtin_balancers(registry);

  EXPECT_THROW(register_builtin_balancers(registry), std::invalid_argument);
}

}  // namespace
}  // namespace headgate::balance
