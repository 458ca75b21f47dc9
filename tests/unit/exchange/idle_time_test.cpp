#include "exchange/idle_time.hpp"

#include <gtest/gtest.h>

namespace headgate::exchange {
namespace {

using namespace std::chrono_literals;

TEST(IdleTime, RunsOutWhenNothingMoves) {
  const IdleTime idle{1s, 100};

  EXPECT_EQ(idle.left(100), 1s);
  EXPECT_EQ(idle.left(119), net::DeadlineWheel::tick);
  EXPECT_LE(idle.left(120), 0s);
}

TEST(IdleTime, BeginsAnewWithEachMove) {
  IdleTime idle{1s, 100};

  idle.moved(119);

  EXPECT_EQ(idle.left(119), 1s);
  EXPECT_LE(idle.left(139), 0s);
}

TEST(IdleTime, GoesByTheLastMoveInWhateverOrderTheyAreTold) {
  IdleTime idle{1s, 100};

  idle.moved(119);
  idle.moved(105);

  EXPECT_EQ(idle.left(119), 1s);
}

}  // namespace
}  // namespace headgate::exchange
