#include "upstream/turn.hpp"

#include <gtest/gtest.h>

#include "upstream/slow_start.hpp"

namespace headgate::upstream {
namespace {

using namespace std::chrono_literals;

constexpr Group none;

TEST(Turn, IsThePrimariesWhileOneOfThemIsUsable) {
  EXPECT_EQ(whose_turn({5, 1}, {3, 3}, 0), (Turn{false, false}));
  EXPECT_EQ(whose_turn({5, 5}, none, 0), (Turn{false, false}));
}

TEST(Turn, IsTheBackupsWhenNoPrimaryIsUsable) {
  EXPECT_EQ(whose_turn({5, 0}, {3, 1}, 0), (Turn{true, false}));
  EXPECT_EQ(whose_turn(none, {3, 1}, 0), (Turn{true, false}));
}

TEST(Turn, IsThePrimariesWhenNobodyIsUsable) {
  EXPECT_EQ(whose_turn({5, 0}, {3, 0}, 0), (Turn{false, false}));
  EXPECT_EQ(whose_turn({5, 0}, {3, 0}, 20), (Turn{false, true}));
}

TEST(Turn, IsTheBackupsWhenThePrimariesAreDrainedAndNobodyIsUsable) {
  EXPECT_EQ(whose_turn(none, {3, 0}, 20), (Turn{true, true}));
}

TEST(Turn, PanicsBelowTheShareAndNotAtIt) {
  EXPECT_FALSE(whose_turn({10, 5}, none, 50).panic);
  EXPECT_TRUE(whose_turn({10, 4}, none, 50).panic);
  EXPECT_TRUE(whose_turn({10, 9}, none, 100).panic);
  EXPECT_FALSE(whose_turn({10, 10}, none, 100).panic);
}

TEST(Turn, PanicsOverBackupsToo) { EXPECT_EQ(whose_turn({5, 0}, {10, 4}, 50), (Turn{true, true})); }

TEST(Turn, NeverPanicsWhenToldSo) {
  EXPECT_FALSE(whose_turn({10, 0}, none, 0).panic);
  EXPECT_FALSE(whose_turn(none, none, 50).panic);
}

TEST(Turn, CountsWhoMayBeUsedInAPanicAndWhoIsWell) {
  Group group;

  for (const std::uint32_t out : {0U, bit(Out::ejected), bit(Out::unresolved), bit(Out::drained) | bit(Out::unhealthy)})
    group.count(out);

  EXPECT_EQ(group.members, 2U);
  EXPECT_EQ(group.usable, 1U);
}

TEST(SlowStart, GrowsFromATenthToTheWhole) {
  EXPECT_EQ(started_weight(1'000, 0, 10s), 100U);
  EXPECT_EQ(started_weight(1'000, 5'000'000'000, 10s), 550U);
  EXPECT_EQ(started_weight(1'000, 9'999'999'999, 10s), 999U);
  EXPECT_EQ(started_weight(1'000, 10'000'000'000, 10s), 1'000U);
  EXPECT_EQ(started_weight(1'000, ~std::uint64_t{0}, 10s), 1'000U);
}

TEST(SlowStart, LeavesSomethingOfAWeightAndNothingOfNone) {
  EXPECT_EQ(started_weight(1, 0, 10s), 1U);
  EXPECT_EQ(started_weight(0, 0, 10s), 0U);
  EXPECT_EQ(started_weight(100, 0, 0s), 100U);
}

}  // namespace
}  // namespace headgate::upstream
