#include "upstream/endpoint_health.hpp"

#include <gtest/gtest.h>

#include "health_fixture.hpp"

namespace headgate::upstream {
namespace {

using EndpointHealthTest = HealthTest;

TEST_F(EndpointHealthTest, BeginsUpAndSaysNothingOfIt) {
  apply();

  EXPECT_EQ(status(), "up");
  EXPECT_TRUE(usable());
  EXPECT_EQ(state_->back_since, now_.ns);
  EXPECT_TRUE(told_.empty());
}

TEST_F(EndpointHealthTest, AnOperatorDrainsAndEnablesIt) {
  apply();

  EXPECT_TRUE(state_->health.drain("anna", now_));
  EXPECT_EQ(status(), "drained");
  EXPECT_EQ(state_->out, bit(Out::drained));
  pass(1min);
  EXPECT_TRUE(state_->health.enable("bert", now_));

  EXPECT_TRUE(usable());
  ASSERT_EQ(causes(), (std::vector{Cause::backend_drained, Cause::backend_enabled}));
  EXPECT_EQ(to_string(told_[0].actor), "operator anna");
  EXPECT_EQ(to_string(told_[1].actor), "operator bert");
  EXPECT_EQ(told_[1].from, bit(Out::drained));
  EXPECT_EQ(told_[1].to, 0U);
}

TEST_F(EndpointHealthTest, TellsWhenAnOperatorChangesNothing) {
  apply();

  EXPECT_FALSE(state_->health.enable("anna", now_));
  state_->health.drain("anna", now_);
  EXPECT_FALSE(state_->health.drain("anna", now_));

  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(EndpointHealthTest, AnOperatorEjectsItForATimeBeyondTheQuota) {
  quota_->set_limit(4, 0);
  apply();

  state_->health.eject(30s, "anna", now_);

  EXPECT_EQ(status(), "ejected");
  EXPECT_EQ(state_->health.view().ejected_until, now_.after(30s).wall);
  pass_to(state_->health.tick(now_));
  EXPECT_TRUE(usable());
  EXPECT_EQ(quota_->taken(), 0U);
}

TEST_F(EndpointHealthTest, EnablingEndsAnEjection) {
  apply();
  fail(5);
  ASSERT_EQ(status(), "ejected");

  state_->health.enable("anna", now_);

  EXPECT_TRUE(usable());
  EXPECT_EQ(quota_->taken(), 0U);
  EXPECT_FALSE(state_->health.tick(now_));
}

TEST_F(EndpointHealthTest, EnablingDoesNotOverruleProbes) {
  settings_.health.active.emplace().unhealthy_after = 1;
  apply();
  probe(false);

  state_->health.enable("anna", now_);

  EXPECT_EQ(status(), "unhealthy");
}

TEST_F(EndpointHealthTest, ProbesTakeItOutAndBringItBack) {
  settings_.health.active.emplace();
  apply();

  for (int i = 0; i < 3; ++i) probe(false);
  EXPECT_EQ(status(), "unhealthy");
  pass(1min);
  for (int i = 0; i < 2; ++i) probe(true);

  EXPECT_TRUE(usable());
  EXPECT_EQ(state_->back_since, now_.ns);
  ASSERT_EQ(causes(), (std::vector{Cause::backend_unhealthy, Cause::backend_healthy}));
  EXPECT_EQ(told_[0].actor.kind, Actor::Kind::probe);
  EXPECT_EQ(told_[0].evidence.status, 500);
  EXPECT_EQ(told_[0].evidence.text, "status 500 is not expected");
  EXPECT_EQ(told_[0].evidence.probe, "GET http://10.0.0.1:9000/");
  EXPECT_TRUE(told_[0].next_probe);
  EXPECT_EQ(told_[1].evidence.text, "2 successes in a row");
}

TEST_F(EndpointHealthTest, SaysThatItIsOutFromTheBeginning) {
  settings_.health.active.emplace().initial = config::InitialHealth::unhealthy;

  apply();
  apply();

  EXPECT_EQ(status(), "unhealthy");
  EXPECT_EQ(causes(), std::vector{Cause::backend_unhealthy});
  EXPECT_EQ(state_->health.view().timeline[0].evidence.text, "health.active.initial says so");
}

TEST_F(EndpointHealthTest, HoldsRequestsBackUntilTheFirstProbe) {
  settings_.health.active.emplace().initial = config::InitialHealth::hold;
  apply();
  EXPECT_EQ(status(), "unprobed");
  EXPECT_FALSE(usable());

  probe(true);

  EXPECT_TRUE(usable());
}

TEST_F(EndpointHealthTest, HasTheLastProbeAndTheNextInItsView) {
  settings_.health.active.emplace();
  apply();

  probe(true);

  const HealthView view = state_->health.view();
  EXPECT_TRUE(view.has_probes);
  ASSERT_TRUE(view.last_probe);
  EXPECT_EQ(view.last_probe->status, 200);
  EXPECT_EQ(view.next_probe, now_.after(5s).wall);
}

TEST_F(EndpointHealthTest, AReloadThatTakesTheProbesAwayTakesTheirVerdictAway) {
  settings_.health.active.emplace().unhealthy_after = 1;
  apply();
  probe(false);

  settings_.health.active.reset();
  apply();

  EXPECT_TRUE(usable());
  EXPECT_EQ(causes().back(), Cause::backend_healthy);
  EXPECT_EQ(told_.back().actor.kind, Actor::Kind::configuration);
  EXPECT_FALSE(state_->health.view().last_probe);
}

TEST_F(EndpointHealthTest, AReloadKeepsEverythingElse) {
  settings_.health.active.emplace().unhealthy_after = 1;
  apply();
  probe(false);
  fail(5);
  state_->health.drain("anna", now_);

  settings_.health.active->path = "/other";
  apply();

  EXPECT_EQ(status(), "drained, unhealthy, ejected");
  EXPECT_EQ(quota_->taken(), 1U);
}

TEST_F(EndpointHealthTest, AResultThatComesAfterTheProbesWereTakenAwayIsIgnored) {
  settings_.health.active.emplace().unhealthy_after = 1;
  apply();
  settings_.health.active.reset();
  apply();

  probe(false);

  EXPECT_TRUE(usable());
  EXPECT_FALSE(state_->health.view().last_probe);
}

TEST_F(EndpointHealthTest, IsOutWhileItsNameHasNoAddress) {
  apply();

  state_->health.set_resolved(false, "there is no such name", now_);
  state_->health.set_resolved(false, "there is no such name", now_);
  EXPECT_EQ(status(), "unresolved");
  state_->health.set_resolved(true, "192.0.2.1:80", now_);

  EXPECT_TRUE(usable());
  EXPECT_EQ(causes(), (std::vector{Cause::backend_unresolved, Cause::backend_resolved}));
  const auto timeline = state_->health.view().timeline;
  EXPECT_EQ(timeline[0].evidence.text, "there is no such name");
  EXPECT_EQ(timeline[1].evidence.text, "192.0.2.1:80");
}

TEST_F(EndpointHealthTest, TellsAnotherReasonWhyItsNameHasNoAddress) {
  apply();

  state_->health.set_resolved(false, "it has not been looked up yet", now_);
  state_->health.set_resolved(false, "the name servers do not answer", now_);

  EXPECT_EQ(causes(), (std::vector{Cause::backend_unresolved, Cause::backend_unresolved}));
  EXPECT_EQ(state_->health.view().timeline[1].evidence.text, "the name servers do not answer");
}

TEST_F(EndpointHealthTest, IsBackOnlyWhenTheLastReasonIsGone) {
  apply();
  fail(5);
  state_->health.drain("anna", now_);

  pass_to(state_->health.tick(now_));

  EXPECT_EQ(status(), "drained");
  EXPECT_NE(state_->back_since, now_.ns);
}

TEST_F(EndpointHealthTest, ARetiredEndpointLeavesItsPlaceInTheQuotaAndSaysNoMore) {
  apply();
  fail(5);
  ASSERT_EQ(quota_->taken(), 1U);

  state_->health.retire();

  EXPECT_EQ(quota_->taken(), 0U);
  pass_to(state_->health.tick(now_));
  EXPECT_EQ(told_.size(), 1U);
}

}  // namespace
}  // namespace headgate::upstream
