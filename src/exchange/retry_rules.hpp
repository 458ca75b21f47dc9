// Whether a request whose attempt has failed may be sent again, and where.
#pragma once

#include <cstdint>

#include "config/upstream_settings.hpp"
#include "headgate/error.hpp"
#include "headgate/method.hpp"

namespace headgate::exchange {

struct FailedAttempt {
  Error error;               ///< upstream_status: there is a response, of that status
  std::uint16_t status = 0;  ///< of the response
  Method method = Method::other;
  bool nothing_sent = true;   ///< not a byte of the request left
  bool body_lost = false;     ///< part of the request body was taken from the client, and is not kept
  bool reconnected = false;   ///< the free retry with this endpoint is spent
  std::uint32_t retries = 0;  ///< so far, without the free one
};

enum class NextStep : std::uint8_t {
  give_up,
  reconnect,  ///< the same endpoint, on a new connection
  another_endpoint,
};

/// Whether `retry.on` names this failure.
inline bool is_listed(const FailedAttempt& attempt, const config::RetryOn& on) {
  switch (attempt.error.cause) {
    case Cause::upstream_connect_failed:
    case Cause::upstream_connect_timeout:
    case Cause::upstream_resolve_failed:
    case Cause::upstream_tls_failed:
    case Cause::upstream_certificate_invalid:
    case Cause::upstream_stream_refused:
      return on.connect_failure;
    case Cause::upstream_reset:
    case Cause::upstream_http2_error:
    case Cause::upstream_bad_status_line:  // it broke the response off, one way or the other
    case Cause::upstream_bad_field:
    case Cause::upstream_bad_line_ending:
    case Cause::upstream_bad_content_length:
    case Cause::upstream_bad_transfer_encoding:
    case Cause::upstream_bad_chunk:
      return on.reset;
    case Cause::upstream_first_byte_timeout:
    case Cause::upstream_idle_timeout:
    case Cause::upstream_try_timeout:
      return on.timeout;
    case Cause::upstream_status:
      return config::contains(on.status, attempt.status);
    default:
      return false;
  }
}

/// A request is sent again only if its body is there, and if that is harmless: the method is idempotent (RFC 9110
/// s9.2.2), or nothing of it was sent, or the configuration says so. A kept connection that closes just as it is used
/// again is no failure of the endpoint: one free retry (RFC 9112 s9.3.1), whatever `rules` list.
inline NextStep after(const FailedAttempt& attempt, const config::Retry& rules) {
  const bool harmless = attempt.nothing_sent || rules.non_idempotent || is_idempotent(attempt.method);
  if (attempt.body_lost || !harmless) return NextStep::give_up;
  if (attempt.error.cause == Cause::upstream_closed_reused)
    return attempt.reconnected ? NextStep::give_up : NextStep::reconnect;
  return attempt.retries < rules.attempts && is_listed(attempt, rules.on) ? NextStep::another_endpoint
                                                                          : NextStep::give_up;
}

}  // namespace headgate::exchange
