#include "net/timer.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <optional>

namespace headgate::net {
namespace {

using namespace std::chrono_literals;

class TimerTest : public ::testing::Test {
 protected:
  boost::asio::io_context context_{1};
  int calls_ = 0;
};

TEST_F(TimerTest, CallsBackOnce) {
  Timer timer{context_};
  timer.after(1ms, [&] { ++calls_; });

  context_.run();

  EXPECT_EQ(calls_, 1);
  EXPECT_FALSE(timer.armed());
}

TEST_F(TimerTest, IsReplacedByALaterWish) {
  Timer timer{context_};
  timer.after(0ms, [&] { calls_ += 10; });
  timer.after(1ms, [&] { ++calls_; });

  context_.run();

  EXPECT_EQ(calls_, 1);
}

TEST_F(TimerTest, CanBeArmedAnewFromItsCallback) {
  Timer timer{context_};
  timer.after(0ms, [&] { timer.after(0ms, [&] { ++calls_; }); });

  context_.run();

  EXPECT_EQ(calls_, 1);
}

TEST_F(TimerTest, SaysNothingOnceItsOwnerIsGoneEvenIfItsEndWasQueued) {
  std::optional<Timer> timer{std::in_place, context_};
  Timer other{context_};
  const auto now = Timer::Clock::now() - 1ms;  // both are over at the same turn
  other.at(now - 1ms, [&] { timer.reset(); });
  timer->at(now, [&] { ++calls_; });

  context_.run();

  EXPECT_EQ(calls_, 0);
}

}  // namespace
}  // namespace headgate::net
