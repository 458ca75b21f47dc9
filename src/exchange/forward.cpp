// Exchange: from the chosen upstream to the head of its response.
#include <utility>

#include "exchange/exchange.hpp"
#include "exchange/retry_rules.hpp"

namespace headgate::exchange {

base::Task<void> Exchange::forward() {
  upstream::Tried tried;
  bool reconnect = false;
  bool reconnected = false;
  std::optional<std::size_t> endpoint;
  for (;;) {
    if (!reconnect) endpoint = cluster_->pick(request_, tried);
    if (!endpoint) co_return co_await refuse(Cause::no_healthy_backend);
    log_.next_attempt();
    const Error error = co_await attempt(*endpoint, reconnect);
    if (!error.failed()) co_return co_await relay();
    const bool nothing_sent = !call_ || call_->nothing_sent();
    if (client_gone_) {
      log_.failure(gone_cause_, 0);
      client_.abort();
      log_.access(0);
      co_await end_upload();
      co_return call_.reset();
    }
    if (!reconnect) tried.add(*endpoint);
    const NextStep next = after(FailedAttempt{error, request_.method, nothing_sent, body_consumed_, reconnected,
                                              tried.count(), cluster_->size()});
    co_await end_upload();
    call_.reset();
    if (next == NextStep::give_up) co_return co_await refuse(error);
    log_.retried(error);
    reconnect = next == NextStep::reconnect;
    reconnected = reconnected || reconnect;
  }
}

base::Task<Error> Exchange::lease(bool reconnect) {
  if (!reconnect) {
    const bool probe = upstream::needs_probe(request_.method, request_.body.kind != BodyKind::none);
    call_ = pool_->take(cluster_->options(), probe);
    if (call_) return base::Task<Error>::ready(Error::none());
  }
  return connect();
}

base::Task<Error> Exchange::connect() {
  log_.connect_begins();
  auto connected = co_await pool_->connect(cluster_->options(), connecting_);
  if (!connected) co_return connected.error();
  log_.connected();
  call_ = std::move(*connected);
  co_return client_gone_ ? Error{Cause::client_closed} : Error::none();
}

std::string_view Exchange::host_to_send() const {
  if (cluster_->preserve_host() && !request_.authority.empty()) return request_.authority;
  return pool_->state().host_field;
}

base::Task<Error> Exchange::attempt(std::size_t endpoint, bool reconnect) {
  pool_ = &cluster_->pool(endpoint);
  log_.backend = pool_->state().name;
  Error error = co_await lease(reconnect);
  if (!error.failed()) error = co_await send_request();
  // A request that could not be sent whole may have been answered all the same: read before giving up.
  const bool may_be_answered = call_ && !call_->nothing_sent() && !client_gone_ && !upload_error_.failed();
  if (!error.failed() || may_be_answered) {
    Error answer = co_await call_->read_head(workspace_.response);
    if (!answer.failed() && workspace_.response.status < 200) answer = co_await pass_interim();
    if (!answer.failed()) log_.response_begins();
    if (!answer.failed() || !error.failed()) error = answer;
  }
  // The client's failure explains the upstream's: we cut the call short because of it.
  co_return upload_error_.failed() ? upload_error_ : error;
}

base::Task<Error> Exchange::send_request() {
  http::RequestPlan plan;
  plan.target = workspace_.target;
  plan.host = host_to_send();
  plan.policy = &snapshot_.plan->forwarding;
  plan.client = &client_.client();
  plan.request_id = request_id_;
  plan.rules = &route_->request_rules;
  plan.body = request_.body;
  http::BodyPiece first{{}, {}, true};
  if (request_.body.kind != BodyKind::none) {
    first = first_piece();
    if (first.error.failed()) {
      upload_error_ = first.error;
      return base::Task<Error>::ready(first.error);
    }
  }
  const bool whole = first.last && first.trailers.empty();
  auto sent = call_->send_head(request_, plan, first.data, whole);
  if (!whole || !sent.is_ready()) return send_rest(std::move(sent), first);
  if (!sent.ready_value().failed()) log_.request_sent();
  return sent;
}

/// What came of the body with the head. A body that is whole stays in the client's buffer and can be sent again.
http::BodyPiece Exchange::first_piece() {
  if (whole_body_) return *whole_body_;
  const http::BodyPiece first = client_.body().read_buffered();
  if (first.last && !first.error.failed())
    whole_body_ = first;
  else
    body_consumed_ = body_consumed_ || !first.data.empty();
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
    upload_ = upload();
    upload_.start();
  }
  co_return Error::none();
}

base::Task<void> Exchange::upload() {
  for (;;) {
    const http::BodyPiece piece = co_await client_.body().read();
    if (piece.error.failed()) {
      upload_error_ = piece.error;
      if (call_) call_->cancel();
      co_return;
    }
    body_consumed_ = true;
    const Error error = co_await call_->send_body(piece);
    if (error.cause == Cause::upstream_idle_timeout) {
      upload_error_ = error;
      if (call_) call_->cancel();
    }
    // The upstream takes no more; what it answered, if anything, is for read_response_head() to find.
    if (error.failed()) co_return;
    if (piece.last) co_return log_.request_sent();
  }
}

/// From an interim response, which has just been read, to the head of the final one.
base::Task<Error> Exchange::pass_interim() {
  ResponseHead& response = workspace_.response;
  // Interim responses cost nothing to send: an endless row of them must not hold the client for ever.
  for (int interim = 0; interim < 32; ++interim) {
    if (request_.minor_version != 0) {  // HTTP/1.0 knows none (RFC 9110 s15.2)
      const Error sent = co_await client_.send_interim(response, snapshot_.plan->forwarding);
      if (sent.failed()) {
        upload_error_ = sent;
        co_return sent;
      }
    }
    const Error error = co_await call_->read_head(response);
    if (error.failed() || response.status >= 200) co_return error;
  }
  co_return Error{Cause::upstream_bad_status_line, "too many interim responses"};
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

/// A response that came whole, as small ones do, goes out whole and needs no frame.
base::Task<void> Exchange::relay() {
  const http::BodyPiece first = call_->read_buffered();
  if (first.error.failed()) return refuse_answer(first.error);
  const ResponseExtras extras{&route_->response_rules, &snapshot_.plan->forwarding, request_id_};
  auto sent = client_.send_head(workspace_.response, extras, first);
  if (!sent.is_ready() || !first.last || upload_.started()) return relay_rest(std::move(sent), first.last);
  end_of_response(sent.ready_value());
  call_.reset();
  log_.access(workspace_.response.status);
  return base::Task<void>::ready();
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
  log_.access(workspace_.response.status);
}

void Exchange::end_of_response(Error error) {
  if (client_gone_) error = gone_cause_;
  if (error.failed() && upload_error_.failed() && !client_gone_) error = upload_error_;
  if (!error.failed()) return;
  log_.failure(error, workspace_.response.status);
  call_->cancel();
  client_.abort();
}

/// The upstream's head was good, the bytes behind it are not.
base::Task<void> Exchange::refuse_answer(Error error) {
  co_await end_upload();
  call_.reset();
  co_await refuse(error);
}

}  // namespace headgate::exchange
