#include "balance/round_robin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
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

/// All endpoints but those that one request has failed on.
class Untried final : public Candidates {
 public:
  Untried(std::size_t size, std::vector<std::size_t> tried) : size_{size}, tried_{std::move(tried)} {}
  [[nodiscard]] std::size_t size() const override { return size_; }
  [[nodiscard]] bool usable(std::size_t index) const override {
    return std::find(tried_.begin(), tried_.end(), index) == tried_.end();
  }
  [[nodiscard]] std::optional<std::size_t> last_tried() const override {
    return tried_.empty() ? std::nullopt : std::optional{tried_.back()};
  }
  [[nodiscard]] std::uint32_t weight(std::size_t /*index*/) const override { return 1; }
  [[nodiscard]] std::uint32_t in_flight(std::size_t /*index*/) const override { return 0; }

 private:
  std::size_t size_;
  std::vector<std::size_t> tried_;
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

TEST(RoundRobin, SpreadsFirstAttemptsEvenlyWhileOneEndpointIsDead) {
  for (const std::size_t size : {2U, 3U, 4U}) {
    RoundRobin balancer{0};
    std::vector<int> first_attempts(size);

    for (int request = 0; request < 600; ++request) {
      const std::size_t picked = balancer.pick(Untried{size, {}}, RequestHead{}).value();
      ++first_attempts[picked];
      if (picked == 0) (void)balancer.pick(Untried{size, {0}}, RequestHead{});
    }

    EXPECT_EQ(first_attempts, std::vector<int>(size, 600 / static_cast<int>(size)));
  }
}

TEST(RoundRobin, RetriesOnTheNextOneWithoutTakingItsTurn) {
  RoundRobin balancer{2};
  (void)balancer.pick(Untried{4, {}}, RequestHead{});

  EXPECT_EQ(balancer.pick(Untried{4, {2}}, RequestHead{}), 3U);
  EXPECT_EQ(balancer.pick(Untried{4, {2, 3}}, RequestHead{}), 0U);
  EXPECT_EQ(balancer.pick(Untried{4, {2, 0}}, RequestHead{}), 1U);
  EXPECT_EQ(balancer.pick(Untried{4, {}}, RequestHead{}), 3U) << "whose turn it was";
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
