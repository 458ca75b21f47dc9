#include "upstream/timeline.hpp"

#include <gtest/gtest.h>

#include "upstream/out.hpp"

namespace headgate::upstream {
namespace {

TimelineEntry entry(Cause cause) {
  TimelineEntry entry;
  entry.cause = cause;
  return entry;
}

TEST(Timeline, NumbersItsEntries) {
  Timeline timeline;

  timeline.add(entry(Cause::backend_ejected));
  timeline.add(entry(Cause::backend_restored));

  ASSERT_EQ(timeline.entries().size(), 2U);
  EXPECT_EQ(timeline.entries()[0].number, 1U);
  EXPECT_EQ(timeline.entries()[0].cause, Cause::backend_ejected);
  EXPECT_EQ(timeline.entries()[1].number, 2U);
}

TEST(Timeline, ForgetsTheOldest) {
  Timeline timeline;

  for (std::size_t i = 0; i < Timeline::capacity + 3; ++i) timeline.add(entry(Cause::backend_ejected));

  EXPECT_EQ(timeline.entries().size(), Timeline::capacity);
  EXPECT_EQ(timeline.entries().front().number, 4U);
}

TEST(Describe, NamesEveryReason) {
  EXPECT_EQ(describe(0), "up");
  EXPECT_EQ(describe(bit(Out::ejected)), "ejected");
  EXPECT_EQ(describe(bit(Out::drained) | bit(Out::unhealthy)), "drained, unhealthy");
  EXPECT_EQ(describe(127), "drained, unhealthy, unprobed, ejected, breaker_open, unresolved, half_open");
}

TEST(Actor, IsNamedWithWhatItIs) {
  EXPECT_EQ(to_string(Actor{Actor::Kind::probe, ""}), "probe");
  EXPECT_EQ(to_string(Actor{Actor::Kind::user, "anna"}), "operator anna");
  EXPECT_EQ(to_string(Actor{Actor::Kind::resolver, ""}), "resolver");
}

}  // namespace
}  // namespace headgate::upstream
