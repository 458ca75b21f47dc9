// Connection: whose connection it is, where a PROXY header says so.
#include <utility>

#include "net/proxy_header_reader.hpp"
#include "server/connection.hpp"
#include "server/proxy_rules.hpp"
#include "server/worker.hpp"

namespace headgate::server {

base::Task<bool> Connection::learn_source() {
  const exchange::SnapshotPtr snapshot = worker_.snapshot();
  const config::ProxyProtocol rule = listener_->proxy_protocol;
  const bool trusted = snapshot->plan->trusted.trusts(peer_);
  if (!trusted && rule == config::ProxyProtocol::required) {
    tell(judge_proxy_header(rule, trusted, false));
    co_return false;
  }
  buffer_ = worker_.buffers().lend();
  auto header = co_await net::take_proxy_header(*stream_, buffer_.space(), worker_.loop().wheel(),
                                                snapshot->plan->settings.timeouts.client_proxy_header);
  buffer_.release();
  const Error error = header ? judge_proxy_header(rule, trusted, header->has_value()) : header.error();
  if (error.cause == Cause::client_closed) co_return false;  // a check whether the port is open
  if (error.cause == Cause::proxy_header_timeout && rule == config::ProxyProtocol::optional) {
    tell_silent_close(error.cause);  // a connection that was opened ahead of need
    co_return false;
  }
  if (error.failed()) {
    tell(error);
    co_return false;
  }
  if (!header->has_value() || !(**header).address) co_return true;  // the peer's own
  source_ = std::make_unique<base::ConnectionSource>(std::move(**header));
  peer_ = source_->address;
  peer_text_ = peer_->to_text();
  co_return true;
}

}  // namespace headgate::server
