// Exchange: the response, from its head to its end.
#include <utility>

#include "exchange/exchange.hpp"
#include "http/grpc.hpp"

namespace headgate::exchange {

/// `first`: what came of the body with the head. A response that came whole, as small ones do, goes out whole and needs
/// no frame.
base::Task<void> Exchange::relay(http::BodyPiece first) {
  if (workspace_.response.status >= 400 || refusal_) report_status();
  auto sent = client_.send_head(workspace_.response, response_extras(), first);
  if (!sent.is_ready() || !first.last || upload_.started())
    return relay_rest(std::move(sent), first.last, may_end_with_status());
  end_of_response(sent.ready_value());
  call_.reset();
  log_.finished(workspace_.response.status);
  return base::Task<void>::ready();
}

ResponseExtras Exchange::response_extras() const {
  ResponseExtras extras{&route_->response_rules, &snapshot_.plan->forwarding, request_id_, {}};
  if (slot_.new_to_client()) extras.set_cookie = cluster_->set_cookie_line(slot_.index());
  return extras;
}

/// A response that counts as a failure, and that no further attempt has made good.
void Exchange::report_status() {
  if (wants_retry() || pool_->traffic().is_failure(status_for_rules()))
    log_.failure(flaw(), workspace_.response.status);
}

/// The fields of the response's head are gone with the first read.
base::Task<void> Exchange::relay_rest(base::Task<Error> sent, bool last, bool ends_with_status) {
  Error error = co_await std::move(sent);
  while (!error.failed() && !last) {
    const http::BodyPiece piece = co_await call_->read();
    last = piece.last;
    error = piece.error;
    if (!error.failed()) error = co_await client_.send_body(piece);
  }
  error = note_end(error);
  co_await end_upload();
  call_.reset();
  if (error.failed()) co_await break_off(error, ends_with_status);
  log_.finished(workspace_.response.status);
}

/// Tells of it, and returns what it was: of all that has failed, what the others come from.
Error Exchange::note_end(Error error) {
  if (client_gone_) error = gone_for_;
  if (error.failed() && upload_error_.failed() && !client_gone_) error = upload_error_;
  if (!error.failed()) {
    report_.succeeded();
    return error;
  }
  if (upstream::is_endpoint_failure(error.cause)) report_.failed({error, 0});
  log_.failure(error, workspace_.response.status);
  note_reset();
  call_->cancel();
  return error;
}

void Exchange::end_of_response(const Error& error) {
  if (note_end(error).failed()) client_.abort();
}

/// A gRPC call, whose status comes at the end, so that it can be said even now.
bool Exchange::may_end_with_status() const {
  const ResponseHead& response = workspace_.response;
  return request_.major_version == 2 && http::is_grpc(request_) && http::have_grpc_content(response.fields) &&
         response.body.kind != BodyKind::length;
}

/// The client has to see that something is missing. A call would be INTERNAL by a reset, whatever has happened. The
/// client may take its time; the backend is others' by then.
base::Task<void> Exchange::break_off(Error error, bool ends_with_status) {
  slot_.release();
  if (ends_with_status && error.info().origin != Origin::client) {
    std::string& trailers = workspace_.replacement;
    trailers.clear();
    http::append_grpc_trailers(trailers, grpc_status(error), error.info().status, request_id_);
    const Error sent = co_await client_.send_body({.data = {}, .trailers = trailers, .last = true});
    if (!sent.failed()) co_return;
  }
  client_.abort();
}

/// Of an attempt that has failed.
void Exchange::note_reset() { reset_code_ = call_ ? call_->reset_code() : std::nullopt; }

base::GrpcStatus Exchange::grpc_status(const Error& error) const {
  const bool was_reset = error.cause == Cause::upstream_reset && reset_code_;
  return was_reset ? http::grpc_status_of_reset(*reset_code_) : http::grpc_status_of(error.info());
}

}  // namespace headgate::exchange
