#include "exchange/retry_rules.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

namespace headgate::exchange {

std::ostream& operator<<(std::ostream& out, NextStep step) {
  constexpr const char* names[]{"give up", "reconnect", "another endpoint"};
  return out << names[static_cast<int>(step)];
}

namespace {

using enum NextStep;

config::Retry everything() {
  config::Retry rules;
  rules.on = {true, true, true, {{500, 599}}, {}};
  rules.on.grpc.add(base::GrpcStatus::unavailable);
  return rules;
}

FailedAttempt failed(Cause cause, Method method = Method::get, bool nothing_sent = false) {
  FailedAttempt attempt;
  attempt.error = cause;
  attempt.method = method;
  attempt.nothing_sent = nothing_sent;
  return attempt;
}

FailedAttempt answered(std::uint16_t status, Method method = Method::get) {
  FailedAttempt attempt = failed(Cause::upstream_status, method);
  attempt.status = status;
  return attempt;
}

struct Case {
  const char* what;
  NextStep next;
  Cause cause;
  Method method = Method::get;
  bool nothing_sent = false;
};

TEST(RetryRules, DecideByCauseAndMethod) {
  constexpr auto closed = Cause::upstream_closed_reused;
  constexpr auto refused = Cause::upstream_connect_failed;
  const std::vector<Case> table{
      {"a kept connection closed: GET", reconnect, closed},
      {"a kept connection closed: HEAD", reconnect, closed, Method::head},
      {"a kept connection closed: PUT", reconnect, closed, Method::put},
      {"a kept connection closed: DELETE", reconnect, closed, Method::delete_},
      {"a kept connection closed: OPTIONS", reconnect, closed, Method::options},
      {"a kept connection closed: POST may have been processed", give_up, closed, Method::post},
      {"a kept connection closed: PATCH may have been processed", give_up, closed, Method::patch},
      {"a kept connection closed: an unknown method may be anything", give_up, closed, Method::other},
      {"a kept connection closed: nothing of the POST was sent", reconnect, closed, Method::post, true},

      {"refused: nothing was sent", another_endpoint, refused, Method::get, true},
      {"refused: nothing was sent of the POST either", another_endpoint, refused, Method::post, true},
      {"connect timeout", another_endpoint, Cause::upstream_connect_timeout, Method::post, true},
      {"a name without addresses", another_endpoint, Cause::upstream_resolve_failed, Method::post, true},

      {"a refused stream: nothing was done for the POST", another_endpoint, Cause::upstream_stream_refused,
       Method::post, true},
      {"a mistake of HTTP/2: GET", another_endpoint, Cause::upstream_http2_error},
      {"a mistake of HTTP/2: POST may have been processed", give_up, Cause::upstream_http2_error, Method::post},

      {"reset: GET", another_endpoint, Cause::upstream_reset},
      {"reset: POST may have been processed", give_up, Cause::upstream_reset, Method::post},
      {"reset before a byte of the POST was sent", another_endpoint, Cause::upstream_reset, Method::post, true},
      {"a malformed status line: GET", another_endpoint, Cause::upstream_bad_status_line},
      {"a malformed field: POST", give_up, Cause::upstream_bad_field, Method::post},
      {"a malformed first chunk: GET", another_endpoint, Cause::upstream_bad_chunk},
      {"no first byte in time: GET", another_endpoint, Cause::upstream_first_byte_timeout},
      {"no first byte in time: POST", give_up, Cause::upstream_first_byte_timeout, Method::post},
      {"stalled: PUT", another_endpoint, Cause::upstream_idle_timeout, Method::put},
      {"no head within per_try_timeout", another_endpoint, Cause::upstream_try_timeout},

      {"a head that is too large will be so again", give_up, Cause::upstream_head_too_large},
      {"an unasked-for upgrade", give_up, Cause::upstream_bad_upgrade},
      {"the client is gone", give_up, Cause::client_closed, Method::get, true},
      {"the client's body is malformed", give_up, Cause::client_bad_chunk},
      {"no descriptor left", give_up, Cause::proxy_out_of_descriptors, Method::get, true},
      {"no endpoint at all", give_up, Cause::no_healthy_backend, Method::get, true},
  };

  for (const Case& one : table)
    EXPECT_EQ(after(failed(one.cause, one.method, one.nothing_sent), everything()), one.next) << one.what;
}

TEST(RetryRules, DoOnlyWhatTheConfigurationLists) {
  config::Retry nothing;
  nothing.on = {false, false, false, {}};

  for (const Cause cause : {Cause::upstream_connect_failed, Cause::upstream_reset, Cause::upstream_first_byte_timeout})
    EXPECT_EQ(after(failed(cause), nothing), give_up) << to_string(cause);
  EXPECT_EQ(after(answered(503), nothing), give_up);
}

TEST(RetryRules, DoNotRetryATimeoutByDefault) {
  EXPECT_EQ(after(failed(Cause::upstream_first_byte_timeout), config::Retry{}), give_up);
  EXPECT_EQ(after(failed(Cause::upstream_reset), config::Retry{}), another_endpoint);
  EXPECT_EQ(after(answered(502), config::Retry{}), another_endpoint);
}

TEST(RetryRules, KnowTheStatusesThatAreListed) {
  config::Retry rules;
  rules.on.status = {{500, 500}, {502, 504}};

  EXPECT_EQ(after(answered(500), rules), another_endpoint);
  EXPECT_EQ(after(answered(501), rules), give_up);
  EXPECT_EQ(after(answered(503), rules), another_endpoint);
  EXPECT_EQ(after(answered(503, Method::post), rules), give_up);
}

TEST(RetryRules, SendAnyMethodAgainWhenTheConfigurationSaysSo) {
  config::Retry rules = everything();
  rules.non_idempotent = true;

  EXPECT_EQ(after(failed(Cause::upstream_reset, Method::post), rules), another_endpoint);
  EXPECT_EQ(after(answered(503, Method::post), rules), another_endpoint);
  EXPECT_EQ(after(failed(Cause::upstream_closed_reused, Method::post), rules), reconnect);
}

FailedAttempt refused(base::GrpcStatus status, std::optional<std::chrono::milliseconds> pushback = {}) {
  FailedAttempt attempt = failed(Cause::upstream_grpc_status, Method::post);
  attempt.refusal = {status, pushback};
  return attempt;
}

TEST(RetryRules, MakeACallAgainWhoseStatusIsListed) {
  config::Retry rules;
  EXPECT_EQ(after(refused(base::GrpcStatus::unavailable), rules), give_up);

  rules.on.grpc.add(base::GrpcStatus::unavailable);

  EXPECT_EQ(after(refused(base::GrpcStatus::unavailable), rules), another_endpoint);
  EXPECT_EQ(after(refused(base::GrpcStatus::internal), rules), give_up);
  FailedAttempt lost = refused(base::GrpcStatus::unavailable);
  lost.body_lost = true;
  EXPECT_EQ(after(lost, rules), give_up);
}

TEST(RetryRules, DoWhatABackendSaysOfItsCall) {
  config::Retry rules;
  rules.on.grpc.add(base::GrpcStatus::unavailable);
  const auto next = [&](std::chrono::milliseconds pushback) {
    return after(refused(base::GrpcStatus::unavailable, pushback), rules);
  };

  EXPECT_EQ(next(std::chrono::milliseconds{0}), another_endpoint);
  EXPECT_EQ(next(rules.backoff.max), another_endpoint);
  EXPECT_EQ(next(rules.backoff.max + std::chrono::milliseconds{1}), give_up);
  EXPECT_EQ(next(std::chrono::milliseconds{-1}), give_up);
}

TEST(RetryRules, EndAfterSoManyAttempts) {
  config::Retry rules = everything();
  rules.attempts = 2;
  FailedAttempt attempt = failed(Cause::upstream_reset);

  attempt.retries = 1;
  EXPECT_EQ(after(attempt, rules), another_endpoint);
  attempt.retries = 2;
  EXPECT_EQ(after(attempt, rules), give_up);
}

TEST(RetryRules, ReconnectOnceAndWithoutSpendingAnAttempt) {
  config::Retry none = everything();
  none.attempts = 0;
  FailedAttempt attempt = failed(Cause::upstream_closed_reused);

  EXPECT_EQ(after(attempt, none), reconnect);
  attempt.reconnected = true;
  EXPECT_EQ(after(attempt, none), give_up);
}

// Regression: a backend on its way out leaves requests out on each of its connections of HTTP/2.
TEST(RetryRules, LeaveAnEndpointThatGoesTwice) {
  FailedAttempt attempt = failed(Cause::upstream_closed_reused);
  attempt.reconnected = true;
  attempt.nothing_sent = true;
  EXPECT_EQ(after(attempt, everything()), another_endpoint);

  attempt.nothing_sent = false;
  EXPECT_EQ(after(attempt, everything()), give_up);
  attempt.nothing_sent = true;
  attempt.retries = everything().attempts;
  EXPECT_EQ(after(attempt, everything()), give_up);
}

TEST(RetryRules, NeverSendARequestAgainWhoseBodyIsGone) {
  for (std::size_t cause = 0; cause < cause_table.size(); ++cause) {
    FailedAttempt attempt = failed(static_cast<Cause>(cause));
    attempt.body_lost = true;

    EXPECT_EQ(after(attempt, everything()), give_up) << cause_table[cause].name;
  }
}

TEST(RetryRules, AgreeWithTheColumnOfTheCauses) {
  for (std::size_t i = 0; i < cause_table.size(); ++i) {
    const auto cause = static_cast<Cause>(i);
    FailedAttempt attempt = failed(cause, Method::get, true);
    attempt.status = 500;
    if (cause == Cause::upstream_grpc_status) attempt.refusal = {base::GrpcStatus::unavailable, {}};

    EXPECT_EQ(after(attempt, everything()) != give_up, info(cause).retry != Retry::no) << to_string(cause);
  }
}

}  // namespace
}  // namespace headgate::exchange
