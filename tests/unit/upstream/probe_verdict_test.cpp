#include "upstream/probe_verdict.hpp"

#include <gtest/gtest.h>

namespace headgate::upstream {
namespace {

using State = ProbeVerdict::State;
using config::InitialHealth;

const config::ActiveHealth thresholds = [] {
  config::ActiveHealth rules;
  rules.healthy_after = 2;
  rules.unhealthy_after = 3;
  return rules;
}();

ProbeVerdict beginning(InitialHealth initial) {
  ProbeVerdict verdict;
  verdict.begin(initial);
  return verdict;
}

TEST(ProbeVerdict, BeginsAsTheConfigurationSays) {
  EXPECT_EQ(ProbeVerdict{}.state(), State::none);
  EXPECT_EQ(beginning(InitialHealth::healthy).state(), State::healthy);
  EXPECT_EQ(beginning(InitialHealth::unhealthy).state(), State::unhealthy);
  EXPECT_EQ(beginning(InitialHealth::hold).state(), State::unprobed);
}

TEST(ProbeVerdict, TurnsUnhealthyAfterFailuresInARow) {
  ProbeVerdict verdict = beginning(InitialHealth::healthy);

  EXPECT_FALSE(verdict.take(false, thresholds));
  EXPECT_FALSE(verdict.take(false, thresholds));
  EXPECT_TRUE(verdict.take(false, thresholds));

  EXPECT_EQ(verdict.state(), State::unhealthy);
  EXPECT_EQ(verdict.in_a_row(), 3U);
}

TEST(ProbeVerdict, ASuccessInBetweenBeginsTheRowAnew) {
  ProbeVerdict verdict = beginning(InitialHealth::healthy);

  for (const bool success : {false, false, true, false, false}) EXPECT_FALSE(verdict.take(success, thresholds));

  EXPECT_EQ(verdict.state(), State::healthy);
}

TEST(ProbeVerdict, ComesBackAfterSuccessesInARow) {
  ProbeVerdict verdict = beginning(InitialHealth::unhealthy);

  EXPECT_FALSE(verdict.take(true, thresholds));
  EXPECT_FALSE(verdict.take(false, thresholds));
  EXPECT_FALSE(verdict.take(true, thresholds));
  EXPECT_TRUE(verdict.take(true, thresholds));

  EXPECT_EQ(verdict.state(), State::healthy);
}

TEST(ProbeVerdict, TheFirstResultEndsTheHold) {
  ProbeVerdict good = beginning(InitialHealth::hold);
  ProbeVerdict bad = beginning(InitialHealth::hold);

  EXPECT_TRUE(good.take(true, thresholds));
  EXPECT_TRUE(bad.take(false, thresholds));

  EXPECT_EQ(good.state(), State::healthy);
  EXPECT_EQ(bad.state(), State::unhealthy);
}

TEST(ProbeVerdict, KeepsWhatItIsOverAReload) {
  ProbeVerdict verdict = beginning(InitialHealth::unhealthy);

  verdict.begin(InitialHealth::healthy);

  EXPECT_EQ(verdict.state(), State::unhealthy);
}

TEST(ProbeVerdict, AnAdoptedVerdictEndsLikeItsOwn) {
  ProbeVerdict verdict = beginning(InitialHealth::healthy);

  verdict.adopt(false);

  EXPECT_EQ(verdict.state(), State::unhealthy);
  EXPECT_FALSE(verdict.take(true, thresholds));
  EXPECT_TRUE(verdict.take(true, thresholds));
}

}  // namespace
}  // namespace headgate::upstream
