#include <gtest/gtest.h>

#include "health_fixture.hpp"

namespace headgate::upstream {
namespace {

const Actor other{Actor::Kind::instance, "blue"};

class HealthRecordTest : public HealthTest {
 protected:
  HealthRecordTest() {
    settings_.health.active.emplace().unhealthy_after = 1;
    settings_.breaker.emplace();
    apply();
  }
  bool merge(const HealthRecord& record) { return state_->health.merge(record, other, "because", now_); }
  HealthRecord ejected(std::chrono::milliseconds time, std::uint32_t times = 1) const {
    HealthRecord record;
    record.ejection = {now_.after(time).wall, times, now_.wall};
    return record;
  }
};

TEST_F(HealthRecordTest, HasOnlyPartsThatWereChanged) {
  const HealthRecord record = state_->health.record();

  EXPECT_FALSE(record.drain || record.ejection || record.breaker || record.probe);
}

TEST_F(HealthRecordTest, HasEveryChangeWithItsTime) {
  fail(5);
  pass(1s);
  state_->health.drain("anna", now_);
  probe(false);

  const HealthRecord record = state_->health.record();

  EXPECT_EQ(record.ejection->until, now_.after(9s).wall);
  EXPECT_EQ(record.ejection->times, 1U);
  EXPECT_TRUE(record.drain->drained);
  EXPECT_EQ(record.drain->changed, now_.wall);
  EXPECT_FALSE(record.probe->healthy);
}

TEST_F(HealthRecordTest, AnotherEndpointThatMergesItIsInTheSameState) {
  fail(5);
  state_->health.drain("anna", now_);
  probe(false);
  const HealthRecord record = state_->health.record();
  state_ = std::make_shared<EndpointState>("web", Endpoint{"10.0.0.1", 9000, ""});
  apply();

  EXPECT_TRUE(merge(record));

  EXPECT_EQ(status(), "drained, unhealthy, ejected");
  EXPECT_EQ(to_string(told_.back().actor), "instance blue");
  pass_to(state_->health.tick(now_));
  EXPECT_EQ(status(), "drained, unhealthy");
}

// Regression: a time beyond what the clock can count made the control thread spin.
TEST_F(HealthRecordTest, WhatIsSaidToLastForEverLastsForAYear) {
  HealthRecord record;
  const TimeStamp year_9999{std::chrono::microseconds{253'402'300'799'999'999}};
  record.ejection = {year_9999, 1, now_.wall};
  record.breaker = {true, year_9999, now_.wall};

  EXPECT_TRUE(merge(record));

  EXPECT_EQ(state_->health.view().ejected_until, now_.after(8760h).wall);
  EXPECT_EQ(state_->health.tick(now_), now_.after(8760h).ns);
}

TEST_F(HealthRecordTest, AnOperatorsEjectionIsFollowedThoughTheQuotaIsSpent) {
  quota_->set_limit(1, 50);
  HealthRecord record = ejected(10s);
  EXPECT_FALSE(merge(record));

  record.ejection->by_operator = true;

  EXPECT_TRUE(merge(record));
  EXPECT_EQ(status(), "ejected");
}

TEST_F(HealthRecordTest, MergingTheSameTwiceChangesNothing) {
  const HealthRecord record = ejected(30s);
  merge(record);

  EXPECT_FALSE(merge(record));

  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(HealthRecordTest, TheLaterChangeCounts) {
  HealthRecord old;
  old.drain = {true, now_.wall};
  pass(1s);
  state_->health.drain("anna", now_);
  state_->health.enable("anna", now_);

  EXPECT_FALSE(merge(old));

  EXPECT_TRUE(usable());
}

// Regression: the ledger went by the names, the endpoint by the time alone, and they parted.
TEST_F(HealthRecordTest, OfTwoDecisionsAtOneTimeThatOfTheGreaterNameCounts) {
  state_->health.eject(10s, "anna", now_);
  HealthRecord ended;
  ended.ejection = {now_.wall, 0, state_->health.record().ejection->changed, false, ""};
  EXPECT_FALSE(merge(ended));
  EXPECT_EQ(status(), "ejected");

  ended.ejection->by = "~";

  EXPECT_TRUE(merge(ended));
  EXPECT_TRUE(usable());
}

/// Or everybody would go on following the other one.
TEST_F(HealthRecordTest, ADecisionIsLaterThanTheOneOfAnInstanceWhoseClockIsAheadOfOurs) {
  HealthRecord ahead;
  ahead.drain = {true, now_.after(1h).wall};
  merge(ahead);

  state_->health.enable("anna", now_);

  EXPECT_FALSE(state_->health.record().drain->drained);
  EXPECT_GT(state_->health.record().drain->changed, ahead.drain->changed);
  EXPECT_FALSE(merge(ahead));
  EXPECT_TRUE(usable());
}

TEST_F(HealthRecordTest, TellsWhyTheOtherInstanceDecidedSo) {
  merge(ejected(30s));

  EXPECT_EQ(told_.back().evidence.text, "because");
}

TEST_F(HealthRecordTest, AnEjectionThatIsOverIsNotTakenOver) {
  HealthRecord record = ejected(1s);
  pass(2s);

  EXPECT_FALSE(merge(record));

  EXPECT_TRUE(usable());
}

TEST_F(HealthRecordTest, ALaterEndOfAnEjectionEndsIt) {
  fail(5);
  pass(1s);
  HealthRecord record;
  record.ejection = {now_.wall, 0, now_.wall};

  EXPECT_TRUE(merge(record));

  EXPECT_TRUE(usable());
  EXPECT_EQ(quota_->taken(), 0U);
}

TEST_F(HealthRecordTest, ALaterEjectionReplacesTheOwn) {
  fail(5);
  pass(1s);

  merge(ejected(1min, 3));

  EXPECT_EQ(state_->health.view().ejected_until, now_.after(1min).wall);
  EXPECT_EQ(state_->health.view().ejections, 3U);
  EXPECT_EQ(quota_->taken(), 1U);
}

TEST_F(HealthRecordTest, AnEjectionThatDoesNotFitIsLeftOutAndTakenOverOnceItFits) {
  quota_->take();
  quota_->take();
  const HealthRecord record = ejected(30s);

  EXPECT_FALSE(merge(record));
  EXPECT_TRUE(usable());
  quota_->give_back();

  EXPECT_TRUE(merge(record));
  EXPECT_FALSE(usable());
}

TEST_F(HealthRecordTest, TakesAnOpenBreakerOverAndItsEnd) {
  HealthRecord record;
  record.breaker = {true, now_.after(3s).wall, now_.wall};
  EXPECT_TRUE(merge(record));
  EXPECT_EQ(status(), "breaker_open");
  pass_to(state_->health.tick(now_));
  EXPECT_EQ(status(), "half_open");

  record.breaker = {false, now_.wall, now_.wall};
  EXPECT_TRUE(merge(record));

  EXPECT_EQ(status(), "up");
}

TEST_F(HealthRecordTest, AnEarlierRunsVerdictStandsUntilProbesSayOtherwise) {
  HealthRecord record;
  record.probe = {false, now_.wall};

  EXPECT_TRUE(merge(record));
  EXPECT_EQ(status(), "unhealthy");
  probe(true);
  probe(true);

  EXPECT_TRUE(usable());
}

TEST_F(HealthRecordTest, IgnoresWhatTheConfigurationDoesNotHave) {
  settings_ = {};
  apply();
  HealthRecord record;
  record.breaker = {true, now_.after(3s).wall, now_.wall};
  record.probe = {false, now_.wall};

  EXPECT_FALSE(merge(record));

  EXPECT_TRUE(usable());
}

}  // namespace
}  // namespace headgate::upstream
