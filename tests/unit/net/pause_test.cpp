#include "net/pause.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "alarm.hpp"
#include "base/task.hpp"

namespace headgate::net {
namespace {

base::Task<void> wait_once(std::optional<Pause>& pause, milliseconds time, bool& done) {
  co_await pause->wait(time);
  pause.reset();  // as its owner may
  done = true;
}

class PauseTest : public ::testing::Test {
 protected:
  void begin(milliseconds time) {
    task_ = wait_once(pause_, time, done_);
    task_.start();
  }
  DeadlineWheel wheel_;
  std::optional<Pause> pause_{std::in_place, wheel_};
  bool done_ = false;
  base::Task<void> task_;
};

TEST_F(PauseTest, EndsWithItsTime) {
  begin(100ms);

  walk_to(wheel_, 2);
  EXPECT_FALSE(done_);
  walk_to(wheel_, 3);
  EXPECT_TRUE(done_);
}

TEST_F(PauseTest, OfNoTimeEndsWithTheTick) {
  begin(0ms);
  EXPECT_FALSE(done_);

  walk_to(wheel_, 1);

  EXPECT_TRUE(done_);
}

TEST_F(PauseTest, EndsEarlyWhenInterrupted) {
  begin(100ms);

  pause_->interrupt();

  EXPECT_TRUE(done_);
  walk_to(wheel_, 10);
}

TEST_F(PauseTest, InterruptingNobodyIsHarmless) {
  pause_->interrupt();

  EXPECT_FALSE(done_);
}

}  // namespace
}  // namespace headgate::net
