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

struct Case {
  const char* what;
  NextStep next;
  Cause cause;
  Method method = Method::get;
  bool nothing_sent = false;
  bool body_consumed = false;
  bool reconnected = false;
  std::size_t tried = 1;
  std::size_t endpoints = 2;
};

using enum NextStep;
constexpr auto closed = Cause::upstream_closed_reused;
constexpr auto refused = Cause::upstream_connect_failed;

TEST(RetryRules, DecideByTable) {
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
      {"a kept connection closed: the free retry is spent", give_up, closed, Method::get, false, false, true},
      {"a kept connection closed: the body is gone", give_up, closed, Method::put, false, true},
      {"a kept connection closed: it was the only endpoint", reconnect, closed, Method::get, false, false, false, 1, 1},

      {"refused: another endpoint", another_endpoint, refused},
      {"refused: POST too, nothing can have been sent", another_endpoint, refused, Method::post, true},
      {"refused after the free retry", another_endpoint, refused, Method::get, true, false, true},
      {"refused: no other endpoint", give_up, refused, Method::get, true, false, false, 1, 1},
      {"refused: all were tried", give_up, refused, Method::get, true, false, false, 2, 2},
      {"refused: two of many", another_endpoint, refused, Method::get, true, false, false, 2, 9},
      {"refused: three of many are enough", give_up, refused, Method::get, true, false, false, 3, 9},
      {"refused: the body is gone", give_up, refused, Method::post, true, true},
      {"connect timeout", another_endpoint, Cause::upstream_connect_timeout, Method::post, true},
      {"a name without addresses", another_endpoint, Cause::upstream_resolve_failed, Method::post, true},

      {"reset before the response", give_up, Cause::upstream_reset},
      {"no first byte in time", give_up, Cause::upstream_first_byte_timeout},
      {"a malformed response", give_up, Cause::upstream_bad_status_line},
      {"the client is gone", give_up, Cause::client_closed, Method::get, true},
      {"no endpoint at all", give_up, Cause::no_healthy_backend, Method::get, true, false, false, 0, 0},
  };

  for (const Case& one : table) {
    FailedAttempt attempt;
    attempt.error = one.cause;
    attempt.method = one.method;
    attempt.nothing_sent = one.nothing_sent;
    attempt.body_consumed = one.body_consumed;
    attempt.reconnected = one.reconnected;
    attempt.endpoints_tried = one.tried;
    attempt.endpoints = one.endpoints;

    EXPECT_EQ(after(attempt), one.next) << one.what;
  }
}

TEST(RetryRules, NeverSendARequestAgainWhoseBodyIsGone) {
  for (std::size_t cause = 0; cause < cause_table.size(); ++cause) {
    FailedAttempt attempt;
    attempt.error = static_cast<Cause>(cause);
    attempt.method = Method::get;
    attempt.body_consumed = true;
    attempt.endpoints_tried = 1;
    attempt.endpoints = 3;

    EXPECT_EQ(after(attempt), give_up) << cause_table[cause].name;
  }
}

}  // namespace
}  // namespace headgate::exchange
