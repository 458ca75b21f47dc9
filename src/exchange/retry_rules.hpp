// Whether a request whose attempt has failed may be sent again, and where.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "config/upstream_settings.hpp"
#include "headgate/error.hpp"
#include "headgate/method.hpp"
#include "http/grpc_refusal.hpp"

namespace headgate::exchange {

struct FailedAttempt {
  Error error;  ///< upstream_status: there is a response, of that status; upstream_grpc_status: of that refusal
  std::uint16_t status = 0;
  std::optional<http::GrpcRefusal> refusal = {};
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
    case Cause::upstream_closed_reused:  // and again on the connection that followed: the endpoint is going
      return attempt.nothing_sent && on.connect_failure;
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
    case Cause::upstream_grpc_status:
      return attempt.refusal && on.grpc.has(attempt.refusal->status);
    default:
      return false;
  }
}

/// A backend that wants its call back later than any pause of ours gets it from the client, who reads the same field.
inline bool permits_retry(const http::GrpcRefusal& refusal, const config::Backoff& backoff) {
  return !refusal.pushback || (refusal.pushback->count() >= 0 && *refusal.pushback <= backoff.max);
}

/// A request is sent again only if its body is there, and if that is harmless: the method is idempotent (RFC 9110
/// s9.2.2), or nothing of it was sent, or the configuration says so: every gRPC call is a POST, and a status of theirs
/// that `rules` list stands for calls that were not made. A kept connection that closes just as it is used again is no
/// failure of the endpoint: one free retry (RFC 9112 s9.3.1), whatever `rules` list.
inline NextStep after(const FailedAttempt& attempt, const config::Retry& rules) {
  const bool harmless =
      attempt.nothing_sent || rules.non_idempotent || is_idempotent(attempt.method) || attempt.refusal;
  if (attempt.body_lost || !harmless || (attempt.refusal && !permits_retry(*attempt.refusal, rules.backoff)))
    return NextStep::give_up;
  if (attempt.error.cause == Cause::upstream_closed_reused && !attempt.reconnected) return NextStep::reconnect;
  return attempt.retries < rules.attempts && is_listed(attempt, rules.on) ? NextStep::another_endpoint
                                                                          : NextStep::give_up;
}

}  // namespace headgate::exchange
