#include "upstream/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace headgate::upstream {
namespace {

using State = CircuitBreaker::State;

config::CircuitBreaker rules(std::uint32_t half_open_requests = 2) {
  config::CircuitBreaker rules;
  rules.half_open_requests = half_open_requests;
  return rules;
}

CircuitBreaker half_open_breaker() {
  CircuitBreaker breaker;
  breaker.open(100);
  breaker.half_open();
  return breaker;
}

TEST(CircuitBreaker, BeginsClosed) { EXPECT_EQ(CircuitBreaker{}.state(), State::closed); }

TEST(CircuitBreaker, StaysOpenForItsTime) {
  CircuitBreaker breaker;

  breaker.open(100);

  EXPECT_EQ(breaker.state(), State::open);
  EXPECT_FALSE(breaker.open_time_over(99));
  EXPECT_TRUE(breaker.open_time_over(100));
}

TEST(CircuitBreaker, LetsOnlySoManyTrialsRunAtOnce) {
  CircuitBreaker breaker = half_open_breaker();

  const auto first = breaker.begin_trial();
  EXPECT_TRUE(breaker.trial_possible(rules()));
  breaker.begin_trial();
  EXPECT_FALSE(breaker.trial_possible(rules()));

  breaker.withdraw_trial(first);
  EXPECT_TRUE(breaker.trial_possible(rules()));
}

TEST(CircuitBreaker, HasSeenEnoughAfterAsManySuccesses) {
  CircuitBreaker breaker = half_open_breaker();

  EXPECT_FALSE(breaker.trial_succeeded(breaker.begin_trial(), rules()));
  EXPECT_TRUE(breaker.trial_succeeded(breaker.begin_trial(), rules()));
}

TEST(CircuitBreaker, DoesNotTakeATrialWithoutAWordForASuccess) {
  CircuitBreaker breaker = half_open_breaker();

  breaker.withdraw_trial(breaker.begin_trial());
  breaker.withdraw_trial(breaker.begin_trial());

  EXPECT_FALSE(breaker.trial_succeeded(breaker.begin_trial(), rules()));
}

TEST(CircuitBreaker, IgnoresATrialThatOutlastedItsHalfOpenTime) {
  CircuitBreaker breaker = half_open_breaker();
  const auto late = breaker.begin_trial();
  breaker.open(200);
  breaker.half_open();
  breaker.begin_trial();
  breaker.begin_trial();

  breaker.withdraw_trial(late);

  EXPECT_FALSE(breaker.counts(late));
  EXPECT_FALSE(breaker.trial_possible(rules()));
  EXPECT_FALSE(breaker.trial_succeeded(late, rules(1)));
}

TEST(CircuitBreaker, RemembersWhenItClosed) {
  CircuitBreaker breaker = half_open_breaker();

  breaker.close(150);

  EXPECT_EQ(breaker.state(), State::closed);
  EXPECT_EQ(breaker.closed_at(), 150U);
}

}  // namespace
}  // namespace headgate::upstream
