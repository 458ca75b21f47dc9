#include "app/health_entries.hpp"

#include <gtest/gtest.h>

#include "support/log_lines.hpp"

namespace headgate::app {
namespace {

using observe::at;
using upstream::HealthRecord;

TEST(HealthEntries, CarryEveryPartThereAndBack) {
  HealthRecord record;
  record.drain = {true, at(1)};
  record.ejection = {at(30), 2, at(2), true, "blue"};
  record.breaker = {true, at(40), at(3)};
  record.probe = {false, at(4)};

  const auto entries = to_entries(record, "why");
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_EQ(entries[0].by, base::instance_name());
  EXPECT_EQ(entries[1].by, "blue");
  EXPECT_EQ(entries[1].why, "why");

  EXPECT_TRUE(to_health_record(entries[0]).drain->drained);
  EXPECT_EQ(to_health_record(entries[1]).ejection->until, at(30));
  EXPECT_EQ(to_health_record(entries[1]).ejection->times, 2U);
  EXPECT_EQ(to_health_record(entries[1]).ejection->by, "blue");
  EXPECT_EQ(to_health_record(entries[2]).breaker->until, at(40));
  EXPECT_FALSE(to_health_record(entries[3]).probe->healthy);
  EXPECT_EQ(to_health_record(entries[3]).probe->changed, at(4));
  EXPECT_FALSE(to_health_record(entries[3]).drain);
}

TEST(HealthEntries, LeaveOutWhatWasNeverChanged) { EXPECT_TRUE(to_entries({}, "").empty()); }

TEST(ReasonOf, NamesTheOperatorOrTheEvidence) {
  upstream::TimelineEntry entry;
  entry.actor = {upstream::Actor::Kind::user, "anna"};
  EXPECT_EQ(reason_of(entry), "operator anna");

  entry.actor = {};
  EXPECT_EQ(reason_of(entry), "requests");

  entry.evidence.failure = Cause::upstream_reset;
  EXPECT_EQ(reason_of(entry), "UPSTREAM_RESET");

  entry.evidence.text = "5 failures in a row";
  EXPECT_EQ(reason_of(entry), "5 failures in a row, UPSTREAM_RESET");
}

}  // namespace
}  // namespace headgate::app
