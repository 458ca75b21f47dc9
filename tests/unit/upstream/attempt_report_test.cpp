#include "upstream/attempt_report.hpp"

#include <gtest/gtest.h>

#include "pool_fixture.hpp"

namespace headgate::upstream {
namespace {

/// A pool whose endpoint's breaker opens at the first failure and takes one trial at a time.
class AttemptReportTest : public PoolTest {
 protected:
  AttemptReportTest() {
    settings_.health.passive.consecutive_failures = 0;
    auto& breaker = settings_.breaker.emplace();
    breaker.min_requests = 1;
    breaker.half_open_requests = 1;
    quota_->set_limit(2, 50);
    health().apply(settings_, quota_, nullptr, Moment::now());
    pool_->traffic().apply(settings_);
  }
  EndpointHealth& health() { return pool_->state().health; }
  std::string status() { return describe(health().view().reasons); }
  void half_open() {
    pool_->traffic().failed({Cause::upstream_reset});
    health().tick(Moment::now().after(1min));
  }

  HealthSettings settings_;
  std::shared_ptr<EjectionQuota> quota_ = std::make_shared<EjectionQuota>();
};

TEST_F(AttemptReportTest, TellsAFailureOnce) {
  AttemptReport report;
  ASSERT_TRUE(report.begin(*pool_));

  report.failed({Cause::upstream_reset});
  report.failed({Cause::upstream_reset});
  report.succeeded();

  EXPECT_EQ(pool_->state().failures_in_a_row, 1U);
}

TEST_F(AttemptReportTest, TellsASuccess) {
  pool_->state().failures_in_a_row = 3;
  AttemptReport report;
  ASSERT_TRUE(report.begin(*pool_));

  report.succeeded();

  EXPECT_EQ(pool_->state().failures_in_a_row, 0U);
}

TEST_F(AttemptReportTest, SaysNothingWithoutAWord) {
  pool_->state().failures_in_a_row = 3;
  {
    AttemptReport report;
    ASSERT_TRUE(report.begin(*pool_));
  }

  EXPECT_EQ(pool_->state().failures_in_a_row, 3U);
}

TEST_F(AttemptReportTest, IsATrialWhileTheBreakerIsHalfOpen) {
  half_open();
  AttemptReport trial;
  AttemptReport other;

  EXPECT_TRUE(trial.begin(*pool_));
  EXPECT_TRUE(trial.is_trial());
  EXPECT_FALSE(other.begin(*pool_));
  trial.succeeded();

  EXPECT_EQ(status(), "up");
}

TEST_F(AttemptReportTest, AFailedTrialOpensTheBreakerAgain) {
  half_open();
  AttemptReport trial;
  ASSERT_TRUE(trial.begin(*pool_));

  trial.failed({Cause::upstream_reset});

  EXPECT_EQ(status(), "breaker_open");
}

TEST_F(AttemptReportTest, ATrialThatIsGivenUpMakesRoomForAnother) {
  half_open();
  {
    AttemptReport trial;
    ASSERT_TRUE(trial.begin(*pool_));
  }

  AttemptReport other;
  EXPECT_TRUE(other.begin(*pool_));
}

TEST_F(AttemptReportTest, ATrialThatGivesItsPlaceBackStillHasItsWord) {
  half_open();
  AttemptReport report;
  ASSERT_TRUE(report.begin(*pool_));

  report.give_trial_back();

  EXPECT_FALSE(report.is_trial());
  AttemptReport other;
  EXPECT_TRUE(other.begin(*pool_));
  report.failed({Cause::upstream_reset});
  EXPECT_EQ(pool_->state().failures_in_a_row, 2U);
}

TEST_F(AttemptReportTest, TheNextAttemptWithdrawsTheOneBefore) {
  half_open();
  AttemptReport report;
  ASSERT_TRUE(report.begin(*pool_));

  EXPECT_TRUE(report.begin(*pool_));
}

TEST(IsEndpointFailure, HoldsNothingAgainstAnEndpointThatOthersFailedAt) {
  for (const Cause cause : {Cause::client_closed, Cause::client_body_timeout, Cause::proxy_out_of_descriptors,
                            Cause::upstream_closed_reused, Cause::upstream_resolve_failed,
                            Cause::upstream_head_too_large, Cause::no_healthy_backend})
    EXPECT_FALSE(is_endpoint_failure(cause)) << to_string(cause);
  for (const Cause cause : {Cause::upstream_connect_failed, Cause::upstream_connect_timeout, Cause::upstream_reset,
                            Cause::upstream_first_byte_timeout, Cause::upstream_try_timeout,
                            Cause::upstream_bad_status_line, Cause::upstream_status})
    EXPECT_TRUE(is_endpoint_failure(cause)) << to_string(cause);
}

}  // namespace
}  // namespace headgate::upstream
