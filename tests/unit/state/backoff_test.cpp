#include "state/backoff.hpp"

#include <gtest/gtest.h>

namespace headgate::state {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToABound) {
  EXPECT_EQ(pause_after(1, 0), 100ms);
  EXPECT_EQ(pause_after(2, 0), 200ms);
  EXPECT_EQ(pause_after(5, 0), 1600ms);
  EXPECT_EQ(pause_after(7, 0), 2s);
  EXPECT_EQ(pause_after(4'000'000'000, 0), 2s);
}

TEST(Backoff, IsShorterByUpToHalfAtRandom) {
  EXPECT_EQ(pause_after(2, 0.5), 150ms);
  EXPECT_GE(pause_after(7, 0.999), 1s);
}

}  // namespace
}  // namespace headgate::state
