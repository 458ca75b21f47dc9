#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "health_fixture.hpp"

namespace headgate::upstream {
namespace {

using State = CircuitBreaker::State;

/// Passive health: ejection.
using PassiveHealthTest = HealthTest;

TEST_F(PassiveHealthTest, EjectsAfterFailuresInARow) {
  apply();

  fail(4);
  EXPECT_TRUE(usable());
  fail(1);

  EXPECT_EQ(state_->out, bit(Out::ejected));
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0].cause, Cause::backend_ejected);
  EXPECT_EQ(told_[0].actor.kind, Actor::Kind::requests);
  EXPECT_EQ(told_[0].evidence.text, "5 failures in a row");
  EXPECT_EQ(told_[0].evidence.failure, Cause::upstream_reset);
  EXPECT_EQ(told_[0].evidence.os_error, ECONNRESET);
  EXPECT_EQ(told_[0].until, now_.after(10s).wall);
}

TEST_F(PassiveHealthTest, BringsItBackWhenTheTimeIsOver) {
  apply();
  fail(5);

  pass_to(state_->health.tick(now_));

  EXPECT_TRUE(usable());
  EXPECT_EQ(causes().back(), Cause::backend_restored);
  EXPECT_EQ(told_.back().actor.kind, Actor::Kind::timer);
  EXPECT_EQ(state_->failures_in_a_row, 0U);
  EXPECT_EQ(quota_->taken(), 0U);
}

TEST_F(PassiveHealthTest, StaysOutTwiceAsLongTheSecondTime) {
  apply();
  fail(5);
  pass_to(state_->health.tick(now_));

  fail(5);

  EXPECT_EQ(told_.back().until, now_.after(20s).wall);
  EXPECT_EQ(state_->health.view().ejections, 2U);
}

TEST_F(PassiveHealthTest, FailuresWhileItIsOutDoNotProlongIt) {
  apply();
  fail(5);
  const auto until = state_->health.view().ejected_until;
  pass(5s);

  fail(20);

  EXPECT_EQ(state_->health.view().ejected_until, until);
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(PassiveHealthTest, LeavesTheLastOnesInService) {
  quota_->take();
  quota_->take();  // two of four are out
  apply();

  fail(100);

  EXPECT_TRUE(usable());
  quota_->give_back();
  fail(1);
  EXPECT_FALSE(usable());
}

TEST_F(PassiveHealthTest, EjectsForAShareOfFailuresOverAllWorkers) {
  settings_.health.passive.consecutive_failures = 0;
  settings_.health.passive.failure_percent = 50;
  apply();
  WorkerTraffic one{*state_};
  WorkerTraffic two{*state_};
  one.apply(settings_);
  two.apply(settings_);

  for (int i = 0; i < 10; ++i) one.succeeded();
  for (int i = 0; i < 9; ++i) two.failed({Cause::upstream_reset});
  EXPECT_TRUE(usable());
  two.failed({Cause::upstream_reset});

  EXPECT_EQ(state_->out, bit(Out::ejected));
  EXPECT_EQ(told_.back().evidence.text, "10 of 20 requests failed within 10000 ms");
}

TEST_F(PassiveHealthTest, TellsWhichStatusWasTheLast) {
  apply();
  WorkerTraffic traffic{*state_};
  traffic.apply(settings_);

  for (int i = 0; i < 5; ++i) traffic.failed({Cause::upstream_status, 503});

  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0].evidence.status, 503);
  EXPECT_EQ(told_[0].evidence.failure, Cause::upstream_status);
}

TEST_F(PassiveHealthTest, ASuccessOnAnyWorkerEndsTheRow) {
  apply();
  WorkerTraffic one{*state_};
  WorkerTraffic two{*state_};
  one.apply(settings_);
  two.apply(settings_);

  for (int i = 0; i < 4; ++i) one.failed({Cause::upstream_reset});
  two.succeeded();
  for (int i = 0; i < 4; ++i) one.failed({Cause::upstream_reset});

  EXPECT_TRUE(usable());
}

TEST_F(PassiveHealthTest, TakesTheStatusesThatTheConfigurationNamesForFailures) {
  apply();
  WorkerTraffic traffic{*state_};
  traffic.apply(settings_);

  EXPECT_TRUE(traffic.is_failure(502));
  EXPECT_TRUE(traffic.is_failure(504));
  EXPECT_FALSE(traffic.is_failure(500));
  EXPECT_FALSE(traffic.is_failure(200));
}

TEST_F(PassiveHealthTest, EjectsOnceHoweverManyWorkersSeeTheLastFailure) {
  apply();
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i)
    workers.emplace_back([this] {
      WorkerTraffic traffic{*state_};
      traffic.apply(settings_);
      for (int k = 0; k < 100; ++k) traffic.failed({Cause::upstream_reset});
    });

  for (std::thread& worker : workers) worker.join();

  EXPECT_EQ(causes(), (std::vector{Cause::backend_ejected}));
  EXPECT_EQ(quota_->taken(), 1U);
}

class BreakerTest : public HealthTest {
 protected:
  BreakerTest() {
    settings_.health.passive.consecutive_failures = 0;
    settings_.breaker.emplace().half_open_requests = 2;
    apply();
    traffic_.apply(settings_);
    now_ = Moment::now();  // the traffic reads the real clock
  }
  void open() {
    for (int i = 0; i < 20; ++i) traffic_.failed({Cause::upstream_reset});
  }
  void half_open() {
    open();
    pass_to(state_->health.tick(now_));
  }
  EndpointHealth& health_ = state_->health;
  WorkerTraffic traffic_{*state_};
};

TEST_F(BreakerTest, OpensWhenTooManyFail) {
  for (int i = 0; i < 19; ++i) traffic_.failed({Cause::upstream_reset});
  EXPECT_TRUE(usable());
  traffic_.failed({Cause::upstream_reset});

  EXPECT_EQ(state_->out, bit(Out::breaker_open));
  EXPECT_EQ(health_.view().breaker, State::open);
  ASSERT_EQ(causes(), (std::vector{Cause::breaker_opened}));
  EXPECT_EQ(told_[0].evidence.text, "20 of 20 requests failed within 10000 ms");
  EXPECT_EQ(told_[0].until, health_.view().breaker_open_until);
}

TEST_F(BreakerTest, IsHalfOpenAfterItsTime) {
  half_open();

  EXPECT_EQ(status(), "half_open");
  EXPECT_TRUE(usable());
  EXPECT_TRUE(state_->half_open);
  EXPECT_EQ(causes().back(), Cause::breaker_half_open);
}

TEST_F(BreakerTest, IsOutWhileAllItsTrialsRun) {
  half_open();

  const auto trial = health_.begin_trial();
  EXPECT_TRUE(usable());
  EXPECT_TRUE(health_.begin_trial());
  EXPECT_EQ(state_->out, bit(Out::breaker_open));
  EXPECT_FALSE(health_.begin_trial());
  health_.withdraw_trial(*trial);

  EXPECT_TRUE(usable());
  EXPECT_EQ(told_.size(), 2U);  // none of this is a change of state
}

TEST_F(BreakerTest, ClosesWhenEnoughTrialsHaveSucceeded) {
  half_open();
  pass(1s);

  health_.trial_succeeded(*health_.begin_trial(), now_);
  EXPECT_EQ(status(), "half_open");
  health_.trial_succeeded(*health_.begin_trial(), now_);

  EXPECT_EQ(status(), "up");
  EXPECT_FALSE(state_->half_open);
  EXPECT_EQ(state_->back_since, now_.ns);
  EXPECT_EQ(causes().back(), Cause::breaker_closed);
}

TEST_F(BreakerTest, OpensAgainWhenATrialFails) {
  half_open();

  health_.trial_failed(*health_.begin_trial(), {Cause::upstream_reset}, now_);

  EXPECT_EQ(status(), "breaker_open");
  EXPECT_EQ(told_.back().evidence.text, "a trial request failed");
  EXPECT_EQ(health_.view().breaker_open_until, now_.after(5s).wall);
}

TEST_F(BreakerTest, ARequestFromBeforeItOpenedSaysNothingWhileItIsHalfOpen) {
  half_open();

  traffic_.failed({Cause::upstream_reset});

  EXPECT_EQ(status(), "half_open");
}

TEST_F(BreakerTest, FailuresFromBeforeItClosedDoNotOpenItAgain) {
  half_open();
  for (int i = 0; i < 2; ++i) health_.trial_succeeded(*health_.begin_trial(), now_);

  traffic_.failed({Cause::upstream_reset});

  EXPECT_EQ(status(), "up");
}

TEST_F(BreakerTest, ARequestAfterItClosedIsNoTrial) {
  half_open();
  for (int i = 0; i < 2; ++i) health_.trial_succeeded(*health_.begin_trial(), now_);

  EXPECT_EQ(health_.begin_trial(), CircuitBreaker::no_trial);
}

TEST_F(BreakerTest, ARequestWhileItIsOpenIsRefused) {
  open();

  EXPECT_FALSE(health_.begin_trial());
}

TEST_F(BreakerTest, EnablingClosesIt) {
  open();

  health_.enable("anna", now_);

  EXPECT_EQ(status(), "up");
}

TEST_F(BreakerTest, AReloadWithoutABreakerClosesIt) {
  open();

  settings_.breaker.reset();
  apply();

  EXPECT_EQ(status(), "up");
  EXPECT_EQ(causes().back(), Cause::breaker_closed);
}

TEST_F(BreakerTest, NeverLetsMoreTrialsThroughThanMayRunAtOnce) {
  half_open();
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i)
    workers.emplace_back([&] {
      for (int k = 0; k < 1000; ++k) {
        const auto trial = health_.begin_trial();
        if (!trial) continue;
        const int now = ++running;
        int seen = most;
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        --running;
        health_.withdraw_trial(*trial);
      }
    });

  for (std::thread& worker : workers) worker.join();

  EXPECT_GE(most, 1);
  EXPECT_LE(most, 2);
}

}  // namespace
}  // namespace headgate::upstream
