// Exchange: the request's body, from the client to the endpoint.
#include <chrono>
#include <utility>

#include "exchange/exchange.hpp"
#include "http/grpc.hpp"
#include "http/reserved_fields.hpp"

namespace headgate::exchange {
namespace {

/// For the body of a trial request to come from the client.
constexpr std::chrono::milliseconds trial_patience{1'000};

}  // namespace

/// Only what another attempt could need is copied. An HTTP/2 stream may be refused unseen, whatever its method.
void Exchange::keep_body_for_retries() {
  if (request_.body.kind == BodyKind::none) return;
  const bool repeatable = retry_->non_idempotent || is_idempotent(request_.method) || cluster_->may_share() ||
                          (!retry_->on.grpc.empty() && http::is_grpc(request_));
  const bool may_retry = retry_->attempts != 0 && repeatable;
  const bool fits = request_.body.kind != BodyKind::length || request_.body.length <= retry_->buffer_bytes;
  replay_.set_limit(may_retry && fits ? retry_->buffer_bytes : 0);
}

/// What a client may not say in its head it may not say behind its body either.
http::BodyPiece Exchange::without_reserved_trailers(http::BodyPiece piece) {
  if (!piece.trailers.empty())
    piece.trailers =
        http::without_reserved(piece.trailers, snapshot_.plan->forwarding, client_.client(), workspace_.trailers);
  return piece;
}

/// What came of the body with the head, or what an earlier attempt has taken of it. A body that is whole stays in the
/// client's buffer.
http::BodyPiece Exchange::first_piece() {
  if (!replay_.untouched()) return replay_.piece();
  const http::BodyPiece first = without_reserved_trailers(client_.body().read_buffered());
  if (!first.error.failed()) replay_.add(first, first.last);
  return first;
}

/// What send_request() could not do at once.
base::Task<Error> Exchange::send_rest(base::Task<Error> head, http::BodyPiece first) {
  Error error = co_await std::move(head);
  if (!error.failed() && first.last && !first.trailers.empty())
    error = co_await call_->send_body({{}, first.trailers, true});
  if (error.failed()) co_return error;
  log_.request_sent();
  if (!first.last) {
    if (report_.is_trial()) limit_trial();
    upload_ = upload();
    upload_.start();
  }
  co_return Error::none();
}

/// The few places for trials are for those that find something out: a client that takes its time with its body must not
/// keep one, or a few of them would keep an endpoint out that is well again.
void Exchange::limit_trial() {
  trial_patience_.emplace(
      pool_->wheel(),
      [](void* self) {
        auto& exchange = *static_cast<Exchange*>(self);
        if (!exchange.upload_.done()) exchange.report_.give_trial_back();
      },
      this);
  trial_patience_->arm(trial_patience);
}

base::Task<void> Exchange::upload() {
  for (;;) {
    const http::BodyPiece piece = without_reserved_trailers(co_await client_.body().read());
    if (piece.error.failed()) {
      upload_error_ = piece.error;
      if (call_) call_->cancel();
      co_return;
    }
    replay_.add(piece);
    const Error error = co_await call_->send_body(piece);
    if (error.cause == Cause::upstream_idle_timeout) {
      upload_error_ = error;
      if (call_) call_->cancel();
    }
    // The upstream takes no more; what it answered, if anything, is for read_response_head() to find.
    if (error.failed()) co_return;
    if (!piece.last) continue;
    if (try_timeout_) try_timeout_->arm(retry_->per_try_timeout);
    co_return log_.request_sent();
  }
}

base::Task<void> Exchange::end_upload() {
  if (upload_.started() && !upload_.done()) return cut_upload();
  upload_ = {};
  return base::Task<void>::ready();
}

base::Task<void> Exchange::cut_upload() {
  client_.cancel();
  if (!upload_.done()) call_->cancel();
  co_await upload_.join();
  upload_error_ = Error::none();  // it was our doing
  upload_ = {};
}

}  // namespace headgate::exchange
