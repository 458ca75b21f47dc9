#include <gtest/gtest.h>

#include <memory>

#include "alarm.hpp"

namespace headgate::net {
namespace {

TEST(DeadlineCallback, ADeadlineMayBeDestroyedInItsOwnCallback) {
  DeadlineWheel wheel;
  auto alarm = std::make_unique<Alarm>(wheel);
  alarm->then = [&] { alarm.reset(); };
  alarm->deadline.arm(100ms);

  walk_to(wheel, 100);

  EXPECT_EQ(alarm, nullptr);
  EXPECT_TRUE(wheel.empty());
}

TEST(DeadlineCallback, OthersOfTheSameTickMayBeDestroyedInACallback) {
  DeadlineWheel wheel;
  std::vector<std::unique_ptr<Alarm>> alarms;
  int rung = 0;
  for (int i = 0; i < 5; ++i) {
    alarms.push_back(std::make_unique<Alarm>(wheel));
    alarms.back()->deadline.arm(100ms);
    alarms.back()->then = [&] {
      ++rung;
      alarms.clear();
    };
  }

  walk_to(wheel, 100);

  EXPECT_EQ(rung, 1);
  EXPECT_TRUE(wheel.empty());
}

TEST(DeadlineCallback, OthersOfTheSameTickMayBeDisarmedInACallback) {
  DeadlineWheel wheel;
  Alarm one{wheel};
  Alarm other{wheel};
  one.then = [&] { other.deadline.disarm(); };
  other.then = [&] { one.deadline.disarm(); };
  one.deadline.arm(100ms);
  other.deadline.arm(100ms);

  walk_to(wheel, 100);

  EXPECT_EQ(one.rung_at.size() + other.rung_at.size(), 1U);
}

TEST(DeadlineCallback, ADeadlineMayBeArmedAgainInItsCallback) {
  DeadlineWheel wheel;
  Alarm alarm{wheel};
  alarm.then = [&] {
    if (alarm.rung_at.size() < 3) alarm.deadline.arm(100ms);
  };
  alarm.deadline.arm(100ms);

  walk_to(wheel, 100);

  EXPECT_EQ(alarm.rung_at, (std::vector<std::uint64_t>{3, 6, 9}));
}

}  // namespace
}  // namespace headgate::net
