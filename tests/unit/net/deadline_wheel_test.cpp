#include "net/deadline_wheel.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "alarm.hpp"

namespace headgate::net {
namespace {

TEST(DeadlineWheel, FiresNeverEarlyAndLateByAtMostTwoTicks) {
  for (const milliseconds time : {0ms, 1ms, 49ms, 50ms, 51ms, 1000ms, 60'000ms}) {
    DeadlineWheel wheel;
    wheel.advance_to(17);
    Alarm alarm{wheel};
    alarm.deadline.arm(time);

    walk_to(wheel, 17 + ticks_of(time) + 5);

    ASSERT_EQ(alarm.rung_at.size(), 1U) << time.count();
    // It was armed at some moment within tick 17: in the worst case just before tick 18.
    const auto waited_at_least = static_cast<std::int64_t>(alarm.rung_at[0] - 18) * DeadlineWheel::tick;
    const auto waited_at_most = static_cast<std::int64_t>(alarm.rung_at[0] - 17) * DeadlineWheel::tick;
    EXPECT_GE(waited_at_least, time);
    EXPECT_LE(waited_at_most, time + 2 * DeadlineWheel::tick);
  }
}

TEST(DeadlineWheel, TakesANegativeTimeForNone) {
  DeadlineWheel wheel;
  Alarm alarm{wheel};
  alarm.deadline.arm(-5s);
  EXPECT_TRUE(alarm.rung_at.empty());

  wheel.advance_to(1);

  EXPECT_EQ(alarm.rung_at.size(), 1U);
}

TEST(DeadlineWheel, FiresOnce) {
  DeadlineWheel wheel;
  Alarm alarm{wheel};
  alarm.deadline.arm(100ms);

  walk_to(wheel, 10'000);

  EXPECT_EQ(alarm.rung_at.size(), 1U);
  EXPECT_FALSE(alarm.deadline.armed());
}

TEST(DeadlineWheel, FiresLaterWhenArmedAgainForLater) {
  DeadlineWheel wheel;
  Alarm alarm{wheel};
  alarm.deadline.arm(100ms);
  wheel.advance_to(1);

  alarm.deadline.arm(1000ms);
  walk_to(wheel, 100);

  EXPECT_EQ(alarm.rung_at, (std::vector<std::uint64_t>{22}));
}

TEST(DeadlineWheel, FiresEarlierWhenArmedAgainForEarlier) {
  DeadlineWheel wheel;
  Alarm alarm{wheel};
  alarm.deadline.arm(10s);

  alarm.deadline.arm(100ms);
  walk_to(wheel, 1000);

  EXPECT_EQ(alarm.rung_at, (std::vector<std::uint64_t>{3}));
}

TEST(DeadlineWheel, DoesNotFireWhenDisarmed) {
  DeadlineWheel wheel;
  Alarm alarm{wheel};
  alarm.deadline.arm(100ms);
  EXPECT_TRUE(alarm.deadline.armed());

  alarm.deadline.disarm();
  walk_to(wheel, 100);

  EXPECT_TRUE(alarm.rung_at.empty());
}

TEST(DeadlineWheel, FiresWhenArmedAgainAfterItWasDisarmed) {
  DeadlineWheel wheel;
  Alarm alarm{wheel};
  alarm.deadline.arm(100ms);
  alarm.deadline.disarm();

  alarm.deadline.arm(50ms);
  walk_to(wheel, 100);

  EXPECT_EQ(alarm.rung_at, (std::vector<std::uint64_t>{2}));
}

TEST(DeadlineWheel, IsEmptyAgainWhenTheSlotsOfDisarmedOnesHaveComeBy) {
  DeadlineWheel wheel;
  Alarm alarm{wheel};
  EXPECT_TRUE(wheel.empty());
  alarm.deadline.arm(100ms);
  EXPECT_FALSE(wheel.empty());
  alarm.deadline.disarm();

  walk_to(wheel, 5);

  EXPECT_TRUE(wheel.empty());
}

TEST(DeadlineWheel, ForgetsADestroyedDeadline) {
  DeadlineWheel wheel;
  auto alarm = std::make_unique<Alarm>(wheel);
  alarm->deadline.arm(100ms);

  alarm.reset();

  EXPECT_TRUE(wheel.empty());
  walk_to(wheel, 100);  // the sanitizer watches
}

TEST(DeadlineWheel, FiresDeadlinesBeyondItsHorizonOnTime) {
  for (const milliseconds time : {102'300ms, 102'350ms, 102'400ms, 102'450ms, 205'000ms, 3'600'000ms}) {
    DeadlineWheel wheel;
    Alarm alarm{wheel};
    alarm.deadline.arm(time);

    walk_to(wheel, ticks_of(time) + 10);

    EXPECT_EQ(alarm.rung_at, (std::vector<std::uint64_t>{ticks_of(time) + 1})) << time.count();
  }
}

TEST(DeadlineWheel, FiresAllThatIsDueAfterALongPause) {
  DeadlineWheel wheel;
  Alarm soon{wheel};
  Alarm later{wheel};
  Alarm much_later{wheel};
  soon.deadline.arm(100ms);
  later.deadline.arm(200s);
  much_later.deadline.arm(2000s);

  wheel.advance_to(ticks_of(1000s));

  EXPECT_EQ(soon.rung_at.size(), 1U);
  EXPECT_EQ(later.rung_at.size(), 1U);
  EXPECT_TRUE(much_later.rung_at.empty());

  walk_to(wheel, ticks_of(2000s) + 1);
  EXPECT_EQ(much_later.rung_at.size(), 1U);
}

TEST(DeadlineWheel, CountsFromTheEndOfAPauseWhatIsArmedInACallbackAfterIt) {
  DeadlineWheel wheel;
  Alarm alarm{wheel};
  alarm.then = [&] { alarm.deadline.arm(100ms); };
  alarm.deadline.arm(100ms);

  wheel.advance_to(50);

  EXPECT_EQ(alarm.rung_at.size(), 1U);
  walk_to(wheel, 53);
  EXPECT_EQ(alarm.rung_at, (std::vector<std::uint64_t>{50, 53}));
}

TEST(DeadlineWheel, CountsFromTheTimeThatItWasToldLast) {
  DeadlineWheel wheel;
  Alarm first{wheel};
  Alarm second{wheel};
  first.deadline.arm(100ms);

  wheel.set_time(2);  // two ticks have passed, whose slots are still to be run
  second.deadline.arm(100ms);
  walk_to(wheel, 10);

  EXPECT_EQ(first.rung_at, (std::vector<std::uint64_t>{3}));
  EXPECT_EQ(second.rung_at, (std::vector<std::uint64_t>{5}));
}

TEST(DeadlineWheel, AsksForTheTimeWhenTheFirstIsArmed) {
  DeadlineWheel wheel;
  int asked = 0;
  struct Owner {
    DeadlineWheel& wheel;
    int& asked;
  } owner{wheel, asked};
  wheel.on_first(
      [](void* self) {
        auto& told = *static_cast<Owner*>(self);
        ++told.asked;
        told.wheel.jump_to(1000);
      },
      &owner);
  Alarm alarm{wheel};
  Alarm other{wheel};

  alarm.deadline.arm(100ms);
  other.deadline.arm(100ms);
  walk_to(wheel, 1010);

  EXPECT_EQ(asked, 1);
  EXPECT_EQ(alarm.rung_at, (std::vector<std::uint64_t>{1003}));
}

TEST(DeadlineWheel, AgreesWithAPlainListOverRandomSteps) {
  std::mt19937 random{20261124};
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  DeadlineWheel wheel;
  std::vector<std::unique_ptr<Alarm>> alarms;
  std::vector<std::optional<std::uint64_t>> expected(20);
  for (std::size_t i = 0; i < expected.size(); ++i) alarms.push_back(std::make_unique<Alarm>(wheel));

  for (int step = 0; step < 20'000; ++step) {
    const std::size_t i = below(static_cast<unsigned>(expected.size()));
    if (below(4) == 0) {
      alarms[i]->deadline.disarm();
      expected[i].reset();
    } else {
      const unsigned ticks = below(8) == 0 ? below(6000) : below(60);
      alarms[i]->deadline.arm(static_cast<std::int64_t>(ticks) * DeadlineWheel::tick);
      expected[i] = wheel.now() + ticks + 1;
    }
    const std::uint64_t next = wheel.now() + (below(500) == 0 ? below(5000) : below(3));
    wheel.advance_to(next);
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const bool due = expected[k] && *expected[k] <= next;
      ASSERT_EQ(alarms[k]->rung_at.size(), due ? 1U : 0U) << "step " << step;
      if (due) expected[k].reset();
      alarms[k]->rung_at.clear();
    }
  }
}

}  // namespace
}  // namespace headgate::net
