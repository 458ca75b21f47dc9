// Exchange: the response, from its head to its end.
#include <utility>

#include "exchange/exchange.hpp"

namespace headgate::exchange {

/// `first`: what came of the body with the head. A response that came whole, as small ones do, goes out whole and needs
/// no frame.
base::Task<void> Exchange::relay(http::BodyPiece first) {
  if (workspace_.response.status >= 400 || refusal_) report_status();
  auto sent = client_.send_head(workspace_.response, response_extras(), first);
  if (!sent.is_ready() || !first.last || upload_.started()) return relay_rest(std::move(sent), first.last);
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

base::Task<void> Exchange::relay_rest(base::Task<Error> sent, bool last) {
  Error error = co_await std::move(sent);
  while (!error.failed() && !last) {
    const http::BodyPiece piece = co_await call_->read();
    last = piece.last;
    error = piece.error;
    if (!error.failed()) error = co_await client_.send_body(piece);
  }
  end_of_response(error);
  co_await end_upload();
  call_.reset();
  log_.finished(workspace_.response.status);
}

void Exchange::end_of_response(Error error) {
  if (client_gone_) error = gone_cause_;
  if (error.failed() && upload_error_.failed() && !client_gone_) error = upload_error_;
  if (!error.failed()) return report_.succeeded();
  if (upstream::is_endpoint_failure(error.cause)) report_.failed({error, 0});
  log_.failure(error, workspace_.response.status);
  call_->cancel();
  client_.abort();
}

}  // namespace headgate::exchange
