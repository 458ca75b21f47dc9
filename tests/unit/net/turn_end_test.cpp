#include "net/turn_end.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace headgate::net {
namespace {

using namespace std::chrono_literals;

class TurnEndTest : public ::testing::Test {
 protected:
  void turn() {
    poller_.wait(0ms);
    poller_.tell();
  }
  Poller poller_;
  int called_ = 0;
  std::optional<TurnEnd> end_{std::in_place, poller_, [](void* self) { ++static_cast<TurnEndTest*>(self)->called_; },
                              this};
};

TEST_F(TurnEndTest, CallsOnceHoweverOftenItWasAsked) {
  end_->ask();
  end_->ask();

  turn();
  turn();

  EXPECT_EQ(called_, 1);
}

TEST_F(TurnEndTest, DoesNotCallWhoHasGone) {
  end_->ask();
  end_.reset();

  turn();

  EXPECT_EQ(called_, 0);
}

}  // namespace
}  // namespace headgate::net
