#include "http/http2_flood.hpp"

#include <gtest/gtest.h>

namespace headgate::http {
namespace {

using enum Http2Event;
using namespace std::chrono_literals;

/// The cause that so many of them lead to.
Cause after(Http2FloodGuard& guard, int times, Http2Event event, std::chrono::milliseconds now) {
  for (int i = 0; i < times; ++i)
    if (const Cause cause = guard.count(event, now); cause != Cause::none) return cause;
  return Cause::none;
}

TEST(Http2Flood, LetsPassWhatKeepsBelowTheLimits) {
  Http2FloodGuard guard{10, 20};

  EXPECT_EQ(after(guard, 10, reset, 5s), Cause::none);
  EXPECT_EQ(after(guard, 20, control, 5s), Cause::none);
}

TEST(Http2Flood, NamesOneMoreThanTheLimit) {
  Http2FloodGuard guard{10, 20};

  EXPECT_EQ(after(guard, 11, reset, 5s), Cause::http2_reset_flood);
  EXPECT_EQ(after(guard, 21, control, 5s), Cause::http2_control_flood);
}

TEST(Http2Flood, BeginsAnewAfterTenSeconds) {
  Http2FloodGuard guard{10, 20};
  EXPECT_EQ(after(guard, 10, reset, 5s), Cause::none);

  EXPECT_EQ(after(guard, 1, reset, 15s), Cause::none);
  EXPECT_EQ(after(guard, 9, reset, 24s), Cause::none);
  EXPECT_EQ(after(guard, 1, reset, 24s), Cause::http2_reset_flood);
}

TEST(Http2Flood, ExplainsReactionsByWhatWasSentBefore) {
  Http2FloodGuard guard{10, 20};
  after(guard, 4, explanation, 1s);

  EXPECT_EQ(after(guard, 20, reaction, 1s), Cause::none);  // explained
  EXPECT_EQ(after(guard, 20, reaction, 1s), Cause::none);
  EXPECT_EQ(after(guard, 1, reaction, 1s), Cause::http2_control_flood);
}

TEST(Http2Flood, SavesUpNoMoreExplanationsThanTheLimit) {
  Http2FloodGuard guard{10, 20};
  after(guard, 1000, explanation, 1s);

  EXPECT_EQ(after(guard, 41, reaction, 1s), Cause::http2_control_flood);
}

}  // namespace
}  // namespace headgate::http
