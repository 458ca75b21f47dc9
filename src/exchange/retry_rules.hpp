// Whether a request that failed before its response began may be sent again, and where.
#pragma once

#include <cstddef>

#include "headgate/error.hpp"
#include "headgate/method.hpp"

namespace headgate::exchange {

struct FailedAttempt {
  Error error;
  Method method = Method::other;
  bool nothing_sent = true;    ///< not a byte of the request left
  bool body_consumed = false;  ///< part of the request body was taken from the client: it cannot be sent twice
  bool reconnected = false;    ///< the free retry is spent
  std::size_t endpoints_tried = 0;
  std::size_t endpoints = 0;
};

enum class NextStep {
  give_up,
  reconnect,  ///< the same endpoint, on a new connection
  another_endpoint,
};

/// At most this many endpoints see one request.
inline constexpr std::size_t most_endpoints = 3;

/// A kept connection that closes just as it is used again is no failure of the endpoint: one free retry, if nothing
/// was sent or the method is idempotent (RFC 9112 s9.3.1), never otherwise. A connection that could not be made cannot
/// have carried anything: the next endpoint may try.
constexpr NextStep after(const FailedAttempt& attempt) {
  if (attempt.body_consumed) return NextStep::give_up;
  if (attempt.error.cause == Cause::upstream_closed_reused) {
    const bool safe = attempt.nothing_sent || is_idempotent(attempt.method);
    return safe && !attempt.reconnected ? NextStep::reconnect : NextStep::give_up;
  }
  if (attempt.error.info().retry != Retry::yes) return NextStep::give_up;
  if (attempt.endpoints_tried >= attempt.endpoints || attempt.endpoints_tried >= most_endpoints)
    return NextStep::give_up;
  return NextStep::another_endpoint;
}

}  // namespace headgate::exchange
