#include "net/event_loop.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "net/deadline_wheel.hpp"
#include "support/event_loop_fixture.hpp"

namespace headgate::net {
namespace {

using testing::Clock;
using namespace std::chrono_literals;

class EventLoopTest : public testing::EventLoopTest {};

TEST_F(EventLoopTest, RunsPostedWorkInOrder) {
  std::vector<int> done;
  for (int i = 0; i < 3; ++i) loop_.post([&done, i] { done.push_back(i); });
  EXPECT_TRUE(done.empty());

  ASSERT_TRUE(run_until([&] { return done.size() == 3; }));

  EXPECT_EQ(done, (std::vector<int>{0, 1, 2}));
}

TEST_F(EventLoopTest, RunsWorkThatWorkHasPosted) {
  bool done = false;
  loop_.post([&] { loop_.post([&] { done = true; }); });

  EXPECT_TRUE(run_until([&] { return done; }));
}

TEST_F(EventLoopTest, TakesWorkFromOtherThreadsUntilItIsStopped) {
  int count = 0;  // the loop's thread only
  std::thread looping{[&] { loop_.run(); }};
  std::vector<std::thread> senders;
  for (int i = 0; i < 3; ++i) {
    senders.emplace_back([&] {
      for (int k = 0; k < 1000; ++k) loop_.post([&] { ++count; });
    });
  }
  for (std::thread& sender : senders) sender.join();

  loop_.post([&] { loop_.stop(); });
  looping.join();

  EXPECT_EQ(count, 3000);
}

TEST_F(EventLoopTest, StopsFromAnotherThreadWhileItSleeps) {
  std::thread looping{[&] { loop_.run(); }};

  loop_.stop();
  looping.join();
}

struct Alarm {
  explicit Alarm(EventLoop& loop)
      : deadline{loop.wheel(), [](void* self) { static_cast<Alarm*>(self)->rung = true; }, this} {}
  bool rung = false;
  Deadline deadline;
};

TEST_F(EventLoopTest, FiresADeadlineInTime) {
  Alarm alarm{loop_};
  const auto began = Clock::now();
  alarm.deadline.arm(120ms);

  ASSERT_TRUE(run_until([&] { return alarm.rung; }));

  EXPECT_GE(Clock::now() - began, 115ms);  // the coarse clock is up to 4 ms behind
}

TEST_F(EventLoopTest, DoesNotCountTheTimeBeforeItsFirstDeadline) {
  Alarm first{loop_};
  first.deadline.arm(1ms);
  ASSERT_TRUE(run_until([&] { return first.rung; }));  // then the wheel is empty and sleeps
  loop_.run_once(150ms);
  Alarm alarm{loop_};
  const auto began = Clock::now();
  alarm.deadline.arm(120ms);

  ASSERT_TRUE(run_until([&] { return alarm.rung; }));

  EXPECT_GE(Clock::now() - began, 115ms);
}

TEST_F(EventLoopTest, KnowsTheTimeAfterAWaitWithoutADeadline) {
  loop_.run_once(0ms);
  const std::uint64_t before = loop_.wheel().now();

  loop_.run_once(170ms);

  EXPECT_GE(loop_.wheel().now() - before, 3u);  // whoever measures from here must not count the wait
}

TEST_F(EventLoopTest, CountsADeadlineFromTheEventThatArmedIt) {
  Alarm far_away{loop_};
  far_away.deadline.arm(60s);  // keeps the wheel turning
  loop_.run_once(0ms);
  const auto end = Clock::now() + 170ms;
  while (Clock::now() < end) {  // an event that took long: the wheel stands meanwhile
  }
  Alarm alarm{loop_};
  Clock::time_point began;
  loop_.post([&] {
    began = Clock::now();
    alarm.deadline.arm(100ms);
  });

  ASSERT_TRUE(run_until([&] { return alarm.rung; }));

  EXPECT_GE(Clock::now() - began, 95ms);
}

}  // namespace
}  // namespace headgate::net
