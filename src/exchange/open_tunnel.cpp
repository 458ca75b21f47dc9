// Exchange: requests that become tunnels.
#include <array>
#include <string>
#include <utility>

#include "exchange/exchange.hpp"
#include "exchange/tunnel.hpp"
#include "http/upgrade.hpp"
#include "http/websocket_handshake.hpp"

namespace headgate::exchange {

/// Whether a request for a tunnel may go on; without its Upgrade, if that is nothing that the route passes on: then it
/// is a request like any other (RFC 9110 s7.8).
std::optional<Error> Exchange::admit_tunnel() {
  if (request_.method == Method::connect) {
    if (!route_->connect) return Error{Cause::connect_refused};
    if (request_.body.kind != BodyKind::none) return Error{Cause::connect_refused, "with a body"};
    return std::nullopt;
  }
  // A success of any kind would be a tunnel to whoever sent an extended CONNECT.
  if (is_extended_connect() && route_->respond) return Error{Cause::upgrade_refused};
  workspace_.upgrade.clear();
  http::append_offer(workspace_.upgrade, request_, route_->upgrade);
  if (workspace_.upgrade.empty() && http::asks_for_websocket(request_)) return Error{Cause::upgrade_refused};
  upgrade_ = workspace_.upgrade;
  return std::nullopt;
}

/// An upstream that is spoken to in HTTP/2 has no connection to spare: what may go on does so without its Upgrade.
std::optional<Error> Exchange::refuse_tunnel() {
  if (request_.method == Method::connect) return Error{Cause::connect_refused, "the upstream's protocol is h2"};
  if (upgrade_.empty()) return std::nullopt;
  upgrade_ = {};
  if (!http::asks_for_websocket(request_)) return std::nullopt;
  return Error{Cause::upgrade_refused, "the upstream's protocol is h2"};
}

/// CONNECT asks for a connection, and for nothing to be said on it.
base::Task<Error> Exchange::reach() {
  const Error error = co_await connect();
  try_timeout_.reset();
  if (error.failed()) co_return try_expired_ ? Error{Cause::upstream_try_timeout} : error;
  workspace_.response.clear();
  workspace_.response.status = 200;
  workspace_.response.reason = "OK";
  co_return error;
}

/// Of a final response.
Error Exchange::check_switch() const {
  const ResponseHead& response = workspace_.response;
  if (response.status != 101) {
    const bool would_be_tunnel = response.status < 300 && is_extended_connect();
    return would_be_tunnel ? Error{Cause::upstream_bad_upgrade, "a success that opens no tunnel"} : Error::none();
  }
  if (!http::was_offered(response, upgrade_))
    return {Cause::upstream_bad_upgrade, "to a protocol that was not offered"};
  if (is_extended_connect() && !http::answers_key(request_, response))  // the key is ours: nobody else will look
    return {Cause::upstream_bad_upgrade, "Sec-WebSocket-Accept"};
  return Error::none();
}

base::Task<void> Exchange::tunnel() {
  if (upload_.started()) co_await upload_.join();  // what follows the body is of the new protocol
  report_.succeeded();
  if (is_extended_connect()) http::become_connect_response(workspace_.response);
  Result<net::TunnelEnd> client = upload_error_;
  if (!upload_error_.failed()) client = co_await client_.begin_tunnel(workspace_.response, response_extras());
  if (client && !client_gone_) {
    co_await run_tunnel(*client);
  } else {
    end_of_response(client ? gone_for_ : client.error());
    co_await end_upload();
  }
  call_.reset();
  log_.finished(workspace_.response.status);
}

base::Task<void> Exchange::run_tunnel(net::TunnelEnd client) {
  keep_names();
  log_.tunnel_begins(workspace_.response.status);
  const Tunnel::Means means{pool_->buffers(), pool_->wheel(), cluster_->options().tunnel_idle};
  Tunnel tunnel{client, call_->tunnel_end(), means, *log_.counters};
  environment_.open_tunnels.add();
  tunnel_ = &tunnel;
  const TunnelEnding ending = co_await tunnel.run();
  tunnel_ = nullptr;
  environment_.open_tunnels.remove();
  log_.tunnel_ended(to_string(ending), tunnel.bytes_received(), tunnel.bytes_sent());
  const Cause cause = ending == TunnelEnding::cut ? gone_for_.cause : cause_of(ending);
  if (cause != Cause::none) log_.failure(cause, 0);
}

/// A tunnel may last for days: what the log says of its request is copied, and the memory of the head goes back.
void Exchange::keep_names() {
  const Field* agent = find(request_.fields, FieldId::user_agent);
  Field kept_agent = agent != nullptr ? *agent : Field{};
  const std::array<std::string_view*, 5> names{&request_.method_token, &request_.target, &request_.authority,
                                               &log_.request_id, &kept_agent.value};
  std::size_t size = 0;
  for (const std::string_view* name : names) size += name->size();
  std::string& kept = workspace_.kept;
  kept.clear();
  kept.reserve(size);  // so that it does not move
  for (std::string_view* name : names) {
    const std::size_t at = kept.size();
    kept += *name;
    *name = std::string_view{kept}.substr(at);
  }
  request_.path = request_.query = {};
  request_.fields.clear();
  if (agent != nullptr) request_.fields.push_back(kept_agent);
}

}  // namespace headgate::exchange
