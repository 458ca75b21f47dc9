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
  if (!sent.is_ready() || !first.last || upload_.started()) return relay_rest(std::move(sent), first.last);
  const Error error = reason_of(sent.ready_value());
  end_of_response(error);
  if (error.failed()) client_.abort();
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

base::Task<void> Exchange::relay_rest(base::Task<Error> sent, bool last) {
  Error error = co_await std::move(sent);
  while (!error.failed() && !last) {
    const http::BodyPiece piece = co_await call_->read();
    last = piece.last;
    error = piece.error;
    if (!error.failed()) error = co_await client_.send_body(piece);
  }
  error = reason_of(error);
  end_of_response(error);
  if (error.failed()) co_await break_off(error);
  co_await end_upload();
  call_.reset();
  log_.finished(workspace_.response.status);
}

/// Of all that has failed, what the others come from.
Error Exchange::reason_of(const Error& error) const {
  if (client_gone_) return gone_cause_;
  return error.failed() && upload_error_.failed() ? upload_error_ : error;
}

void Exchange::end_of_response(const Error& error) {
  if (!error.failed()) return report_.succeeded();
  if (upstream::is_endpoint_failure(error.cause)) report_.failed({error, 0});
  log_.failure(error, workspace_.response.status);
  call_->cancel();
}

/// The client has to see that something is missing. A gRPC call ends with a status, which can be said even now; by a
/// reset it would be INTERNAL, whatever has happened.
base::Task<void> Exchange::break_off(Error error) {
  const ResponseHead& response = workspace_.response;
  const bool is_call = request_.major_version == 2 && http::is_grpc(request_) &&
                       http::have_grpc_content(response.fields) && response.body.kind != BodyKind::length;
  if (is_call && error.info().origin != Origin::client) {
    workspace_.replacement.clear();
    http::append_grpc_trailers(workspace_.replacement, error, request_id_);
    const Error sent = co_await client_.send_body({.data = {}, .trailers = workspace_.replacement, .last = true});
    if (!sent.failed()) co_return;
  }
  client_.abort();
}

}  // namespace headgate::exchange
