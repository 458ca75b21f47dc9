#include "upstream/pool_rules.hpp"

#include <gtest/gtest.h>

namespace headgate::upstream {
namespace {

using namespace std::chrono_literals;

constexpr PoolRules rules{2, 50s, 10s};
constexpr PoolRules ageless{2, 50s, 0s};
constexpr PoolRules none_idle{0, 50s, 10s};

TEST(PoolRules, UseAConnectionUntilItsMaximumAge) {
  EXPECT_TRUE(may_reuse(rules, 0s));
  EXPECT_TRUE(may_reuse(rules, 9'999ms));
  EXPECT_FALSE(may_reuse(rules, 10s));
}

TEST(PoolRules, UseAConnectionForEverWithoutAMaximumAge) { EXPECT_TRUE(may_reuse(ageless, 10'000h)); }

TEST(PoolRules, KeepAConnectionWhileThereIsRoomForIt) {
  EXPECT_TRUE(may_keep(rules, 0, 0s));
  EXPECT_TRUE(may_keep(rules, 1, 0s));
  EXPECT_FALSE(may_keep(rules, 2, 0s));
  EXPECT_FALSE(may_keep(rules, 3, 0s)) << "the limit was lowered meanwhile";
  EXPECT_FALSE(may_keep(none_idle, 0, 0s));
}

TEST(PoolRules, DoNotKeepAConnectionThatCouldNotBeUsedAgain) { EXPECT_FALSE(may_keep(rules, 0, 10s)); }

TEST(PoolRules, GiveEachAddressThatIsLeftItsPartOfTheTime) {
  EXPECT_EQ(time_for_address(3s, 0s, 1), 3s);
  EXPECT_EQ(time_for_address(3s, 0s, 3), 1s);
  EXPECT_EQ(time_for_address(3s, 2s, 2), 500ms);
  EXPECT_EQ(time_for_address(3ms, 0s, 100), 1ms);
  EXPECT_EQ(time_for_address(3s, 3s, 1), std::nullopt);
  EXPECT_EQ(time_for_address(0s, 3s, 2), 0s) << "no limit";
}

TEST(PoolRules, LookAtTheConnectionBeforeARequestThatCannotBeRepeated) {
  EXPECT_TRUE(needs_probe(Method::post, false));
  EXPECT_TRUE(needs_probe(Method::patch, false));
  EXPECT_TRUE(needs_probe(Method::other, false));
  EXPECT_TRUE(needs_probe(Method::put, true));
  EXPECT_FALSE(needs_probe(Method::get, false));
  EXPECT_FALSE(needs_probe(Method::head, false));
  EXPECT_FALSE(needs_probe(Method::delete_, false));
}

}  // namespace
}  // namespace headgate::upstream
