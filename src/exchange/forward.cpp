// Exchange: from the chosen upstream to the head of its response.
#include <utility>

#include "exchange/exchange.hpp"
#include "http/grpc.hpp"
#include "net/proxy_header.hpp"

namespace headgate::exchange {

/// A request of this exchange in the queue of its upstream.
class Exchange::SlotWait final : public upstream::Waiter {
 public:
  explicit SlotWait(Exchange& exchange)
      : Waiter{exchange.cluster_->queue(), exchange.connecting_}, exchange_{exchange} {}

 private:
  Error try_again() override { return exchange_.take_slot(exchange_.slot_, Line::in_turn); }
  [[nodiscard]] bool is_choosy() const override { return exchange_.tried_.count() != 0; }

  Exchange& exchange_;
};

base::Task<void> Exchange::forward() {
  RetryBudget::Request counted{*budget_};
  keep_body_for_retries();
  Error error = take_slot(slot_, Line::at_its_end);
  for (;;) {
    if (error.cause == Cause::queue_full) error = co_await wait_for_slot();
    if (client_gone_) co_return co_await leave();
    if (error.failed()) co_return co_await refuse(error);
    log_.next_attempt();
    error = co_await attempt(reconnected_);
    if (client_gone_) co_return co_await leave();
    http::BodyPiece first;
    if (!error.failed() && !opens_tunnel()) {
      first = call_->read_buffered();
      error = first.error;
    }
    report(error);
    if (!error.failed() && opens_tunnel()) {
      counted.end();
      co_return co_await tunnel();
    }
    if (!error.failed() && !wants_retry()) co_return co_await relay(first);

    const auto next = co_await prepare_retry(error, first, counted);
    if (!next) co_return;
    error = *next;
  }
}

/// A place on the endpoint to try next. One whose half-open breaker takes no more trials now counts as tried.
Error Exchange::take_slot(upstream::Slot& slot, Line line) {
  const PickInput input{request_, client_.client().ip};
  for (;;) {
    auto taken =
        line == Line::in_turn ? cluster_->take_slot_in_turn(input, tried_) : cluster_->take_slot(input, tried_);
    if (!taken) return taken.error();
    if (report_.begin(cluster_->pool(taken->index()))) {
      slot = std::move(*taken);
      return Error::none();
    }
    const std::size_t before = tried_.count();
    tried_.add(taken->index());
    if (tried_.count() == before) return Cause::no_healthy_backend;  // it remembers no more of them
  }
}

base::Task<Error> Exchange::wait_for_slot() {
  client_.take_close_for_gone(true);
  SlotWait wait{*this};
  const Error error = co_await wait;
  client_.take_close_for_gone(false);
  co_return error;
}

/// The client has gone while nothing of a response had been sent.
base::Task<void> Exchange::leave() {
  report_.withdraw();
  log_.failure(gone_for_, 0);
  client_.abort();
  log_.finished(0);
  co_await end_upload();
  call_.reset();
}

/// What a connection of this client's begins with: a PROXY header, or nothing.
std::string_view Exchange::preface() {
  if (cluster_->proxy_protocol() == base::ProxyVersion::none) return {};
  static const base::ConnectionSource unknown;
  const base::ConnectionSource* source = client_.client().source;
  workspace_.preface = net::write_proxy_header(cluster_->proxy_protocol(), source != nullptr ? *source : unknown);
  return workspace_.preface;
}

upstream::Purpose Exchange::purpose() const {
  const bool tunnel = !upgrade_.empty() || request_.method == Method::connect;
  return tunnel ? upstream::Purpose::tunnel : upstream::Purpose::request;
}

base::Task<Error> Exchange::lease(bool reconnect) {
  if (!reconnect) {
    const bool probe = upstream::needs_probe(request_.method, request_.body.kind != BodyKind::none);
    call_ = pool_->take(cluster_->options(), probe, preface(), purpose());
    if (call_) return base::Task<Error>::ready(Error::none());
  }
  return connect();
}

base::Task<Error> Exchange::connect() {
  log_.connect_begins();
  auto connected = co_await pool_->connect(cluster_->options(), connecting_, std::string{preface()}, purpose());
  if (!connected) co_return connected.error();
  log_.connected();
  call_ = std::move(*connected);
  co_return client_gone_ ? Error{Cause::client_closed} : Error::none();
}

std::string_view Exchange::host_to_send() const {
  if (cluster_->preserve_host() && !request_.authority.empty()) return request_.authority;
  return pool_->state().host_field;
}

base::Task<Error> Exchange::attempt(bool reconnect) {
  pool_ = &cluster_->pool(slot_.index());
  log_.backend = pool_->state().name;
  refusal_.reset();
  if (retry_->per_try_timeout.count() != 0) limit_try();
  if (request_.method == Method::connect) co_return co_await reach();
  Error error = co_await lease(reconnect);
  if (!error.failed()) error = co_await send_request();
  // A request that could not be sent whole may have been answered all the same: read before giving up.
  const bool may_be_answered = call_ && !call_->nothing_sent() && !client_gone_ && !upload_error_.failed();
  if (!error.failed() || may_be_answered) {
    Error answer = co_await call_->read_head(workspace_.response);
    if (!answer.failed() && workspace_.response.is_interim()) answer = co_await pass_interim();
    if (!answer.failed()) answered();
    if (!answer.failed() && (workspace_.response.status == 101 || !upgrade_.empty())) answer = check_switch();
    if (!answer.failed() || !error.failed()) error = answer;
  }
  try_timeout_.reset();
  trial_patience_.reset();
  // The client's failure explains the upstream's: we cut the call short because of it.
  if (upload_error_.failed()) co_return upload_error_;
  co_return error.failed() && try_expired_ ? Error{Cause::upstream_try_timeout} : error;
}

void Exchange::answered() {
  if (http::is_grpc(request_)) refusal_ = http::read_grpc_refusal(workspace_.response);
  const auto latency = log_.response_begins();
  if (!latency) return;
  cluster_->answered(slot_.index(), *latency);
  pool_->counters().first_byte.record(*latency);
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
  plan.upgrade = upgrade_;
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
    if (error.failed() || !response.is_interim()) co_return error;
  }
  co_return Error{Cause::upstream_bad_status_line, "too many interim responses"};
}

}  // namespace headgate::exchange
