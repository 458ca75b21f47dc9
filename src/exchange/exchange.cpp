#include "exchange/exchange.hpp"

#include <string>
#include <utility>

#include "base/ascii.hpp"
#include "exchange/https_redirect.hpp"
#include "exchange/max_forwards.hpp"
#include "exchange/tunnel.hpp"

namespace headgate::exchange {

Exchange::Exchange(Environment& environment, const Snapshot& snapshot, Downstream& client, Workspace& workspace)
    : environment_{environment},
      snapshot_{snapshot},
      client_{client},
      workspace_{workspace},
      request_{client.request()},
      log_{environment.log} {
  log_.request = &request_;
  log_.downstream = &client_;
  log_.client = client.client().ip;
  log_.counters = snapshot.unrouted;
  client_.on_gone([](void* self, const Error& error) { static_cast<Exchange*>(self)->client_gone(error); }, this);
}

Exchange::~Exchange() { client_.on_gone(nullptr, nullptr); }

void Exchange::choose_request_id() {
  if (client_.client().peer_trusted) {
    const Field* given = find(request_.fields, FieldId::x_request_id);
    if (given != nullptr && http::is_valid_request_id(given->value)) {
      request_id_ = log_.request_id = given->value;
      return;
    }
  }
  made_id_ = environment_.request_ids.next();
  request_id_ = log_.request_id = http::view(made_id_);
}

/// Those of the route come first.
BodyLimits Exchange::body_limits() const {
  const config::Settings& all = snapshot_.plan->settings;
  return {route_->body_bytes.value_or(all.limits.body_bytes),
          route_->client_body_idle.value_or(all.timeouts.client_body_idle)};
}

/// Not a coroutine, as a frame for each request is not free; what it returns is.
base::Task<void> Exchange::run() {
  choose_request_id();
  if (should_come_by_https(request_, client_.client())) return redirect_to_https();
  if (request_.method == Method::options || request_.method == Method::trace) {
    if (limit_forwards(request_, workspace_.replacement) == Forwards::end_here) return answer_here();
  }
  const route::Lookup found = snapshot_.plan->routes.find(request_, environment_.route_scratch);
  if (found.route == nullptr) return refuse_unrouted(found);
  route_ = found.route;
  log_.route = route_->name;
  log_.counters = snapshot_.route_counters[route_->index];
  const BodyLimits limits = body_limits();
  if (limits.max_bytes != 0 && request_.body.kind == BodyKind::length && request_.body.length > limits.max_bytes)
    return refuse(Cause::client_body_too_large);
  client_.start_body(limits);
  if (request_.wants_upgrade || request_.method == Method::connect)
    if (const auto refusal = admit_tunnel()) return refuse(*refusal);
  if (route_->redirect) return redirect(*route_, found.normalised_path);
  if (route_->respond) return respond(*route_);
  workspace_.target.clear();
  route::append_target(workspace_.target, *route_, request_, found.normalised_path);
  const std::size_t upstream = route::pick_upstream(*route_, environment_.random());
  cluster_ = snapshot_.clusters[upstream].get();
  budget_ = snapshot_.retry_budgets[upstream].get();
  retry_ = route_->retry ? &*route_->retry : &snapshot_.plan->retries[upstream];
  log_.upstream = cluster_->name();
  if (!cluster_->may_tunnel())
    if (const auto refusal = refuse_tunnel()) return refuse(*refusal);
  return forward();
}

/// Max-Forwards says that we are the one who is asked (RFC 9110 s7.6.2).
base::Task<void> Exchange::answer_here() {
  if (request_.method == Method::trace) co_return co_await refuse(Cause::method_not_allowed, "Allow: OPTIONS\r\n");
  http::SimpleResponse answer;
  answer.request_id = request_id_;
  co_await client_.send_simple(answer);
  log_.finished(answer.status);
}

base::Task<void> Exchange::refuse_unrouted(const route::Lookup& found) {
  if (request_.method == Method::connect) return refuse(Cause::connect_refused);
  if (!found.method_mismatch) return refuse(Cause::no_route);
  workspace_.replacement.assign("Allow: ").append(found.allow).append("\r\n");
  return refuse(Cause::method_not_allowed, workspace_.replacement);
}

base::Task<void> Exchange::redirect_to_https() {
  workspace_.target = https_location(request_, client_.client().https_port);
  if (workspace_.target.empty()) co_return co_await refuse(Cause::client_bad_host);
  http::SimpleResponse answer;
  answer.status = 308;
  answer.location = workspace_.target;
  answer.request_id = request_id_;
  co_await answer_simply(answer);
}

base::Task<void> Exchange::redirect(const route::Route& route, std::string_view path) {
  workspace_.target.clear();
  if (!route::append_location(workspace_.target, route, request_, path, client_.client().scheme))
    co_return co_await refuse(Cause::client_bad_host);
  http::SimpleResponse answer;
  answer.status = route.redirect->status();
  answer.location = workspace_.target;
  answer.request_id = request_id_;
  answer.rules = &route.response_rules;
  co_await answer_simply(answer);
}

base::Task<void> Exchange::respond(const route::Route& route) {
  http::SimpleResponse answer;
  answer.status = route.respond->status;
  answer.content_type = route.respond->content_type;
  answer.body = route.respond->body;
  answer.request_id = snapshot_.plan->forwarding.response_request_id ? request_id_ : std::string_view{};
  answer.rules = &route.response_rules;
  co_await answer_simply(answer);
}

base::Task<void> Exchange::answer_simply(http::SimpleResponse answer) {
  const Error error = co_await client_.send_simple(answer);
  if (error.failed()) log_.failure(error, 0);
  log_.finished(answer.status);
}

base::Task<void> Exchange::refuse(Error error, std::string_view extra_fields) {
  const std::uint16_t status = error.info().status;
  log_.failure(error, status);
  if (status == 0) {
    client_.abort();
    co_return log_.finished(0);
  }
  http::ErrorPage page = http::page_of(error, request_);
  if (page.grpc) page.grpc = grpc_status(error);
  if (const Field* accept = find(request_.fields, FieldId::accept)) page.accept = accept->value;
  page.request_id = request_id_;
  page.close = error.info().origin == Origin::client || request_.method == Method::connect;
  page.extra_fields = extra_fields;
  page.templates = &snapshot_.plan->error_templates;
  const Error sent = co_await client_.send_error(page);
  if (sent.failed() && sent.cause != error.cause) log_.failure(sent, 0);
  log_.finished(status);
}

void Exchange::client_gone(const Error& error) {
  client_gone_ = true;
  gone_for_ = error;
  if (tunnel_ != nullptr)
    tunnel_->cut();
  else if (pause_)
    pause_->interrupt();
  else if (call_)
    call_->cancel();
  else
    connecting_.cancel();
}

}  // namespace headgate::exchange
