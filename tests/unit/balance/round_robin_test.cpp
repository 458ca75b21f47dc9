#include "balance/round_robin.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "balance/builtin.hpp"

namespace headgate::balance {
namespace {

class Endpoints final : public Candidates {
 public:
  explicit Endpoints(std::vector<bool> usable) : usable_{std::move(usable)} {}
  [[nodiscard]] std::size_t size() const override { return usable_.size(); }
  [[nodiscard]] bool usable(std::size_t index) const override { return usable_.at(index); }
  [[nodiscard]] std::uint32_t weight(std::size_t /*index*/) const override { return 1; }
  [[nodiscard]] std::uint32_t in_flight(std::size_t /*index*/) const override { return 0; }

 private:
  std::vector<bool> usable_;
};

std::vector<std::size_t> picks(Balancer& balancer, const Candidates& candidates, int count) {
  std::vector<std::size_t> result;
  for (int i = 0; i < count; ++i) result.push_back(balancer.pick(candidates, RequestHead{}).value());
  return result;
}

TEST(RoundRobin, TakesOneAfterTheOther) {
  RoundRobin balancer{0};

  EXPECT_EQ(picks(balancer, Endpoints{{true, true, true}}, 7), (std::vector<std::size_t>{0, 1, 2, 0, 1, 2, 0}));
}

TEST(RoundRobin, BeginsWhereItIsTold) {
  RoundRobin balancer{7};

  EXPECT_EQ(picks(balancer, Endpoints{{true, true, true}}, 3), (std::vector<std::size_t>{1, 2, 0}));
}

TEST(RoundRobin, PassesOverThoseThatCannotBeUsed) {
  RoundRobin balancer{0};

  EXPECT_EQ(picks(balancer, Endpoints{{false, true, false, true}}, 4), (std::vector<std::size_t>{1, 3, 1, 3}));
}

TEST(RoundRobin, PicksNothingWhenNoneCanBeUsed) {
  RoundRobin balancer{0};

  EXPECT_EQ(balancer.pick(Endpoints{{false, false}}, RequestHead{}), std::nullopt);
  EXPECT_EQ(balancer.pick(Endpoints{{}}, RequestHead{}), std::nullopt);
}

TEST(RoundRobin, KeepsItsTurnWhileNoneCanBeUsed) {
  RoundRobin balancer{0};
  (void)picks(balancer, Endpoints{{true, true, true}}, 1);
  (void)balancer.pick(Endpoints{{false, false, false}}, RequestHead{});

  EXPECT_EQ(picks(balancer, Endpoints{{true, true, true}}, 1), (std::vector<std::size_t>{1}));
}

TEST(BuiltinBalancers, AreMadeByName) {
  BalancerRegistry registry;
  register_builtin_balancers(registry);

  const auto balancer = registry.make("round_robin", Place{2, 3});

  ASSERT_NE(balancer, nullptr);
  EXPECT_EQ(balancer->pick(Endpoints{{true, true, true}}, RequestHead{}), 2U);
  EXPECT_EQ(registry.make("nonsense", Place{}), nullptr);
  EXPECT_TRUE(registry.contains("round_robin"));
  EXPECT_FALSE(registry.contains("nonsense"));
  EXPECT_EQ(registry.names(), (std::vector<std::string_view>{"round_robin"}));
}

TEST(BuiltinBalancers, RefuseANameThatIsTaken) {
  BalancerRegistry registry;
  register_builtin_balancers(registry);

  EXPECT_THROW(register_builtin_balancers(registry), std::invalid_argument);
}

}  // namespace
}  // namespace headgate::balance
