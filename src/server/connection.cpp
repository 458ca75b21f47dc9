#include "server/connection.hpp"

#include <exception>
#include <utility>

#include "http/client_address.hpp"
#include "http/http2_preface.hpp"
#include "server/http1_session.hpp"
#include "server/http2_session.hpp"
#include "server/worker.hpp"

namespace headgate::server {

using std::chrono::milliseconds;

Connection::Connection(Worker& worker, net::StreamPtr stream, Accepted accepted)
    : worker_{worker},
      stream_{std::move(stream)},
      peer_{accepted.peer},
      peer_text_{peer_ ? peer_->to_text() : std::string{}},
      listener_{std::move(accepted.listener)},
      source_{std::move(accepted.source)},
      draining_{accepted.draining} {}

base::Detached Connection::run() {
  try {
    if (co_await open()) {
      const bool unread = co_await session_->serve();
      if (const Error misuse = stream_->misuse(); misuse.failed()) tell(misuse);
      if (unread && !cut_) co_await linger();
    }
  } catch (const std::exception&) {
    tell(Cause::internal);  // out of memory or of epoll watches: this connection ends, the others go on
  }
  worker_.end(*this);
}

/// As far as the first request. False: it has ended already.
base::Task<bool> Connection::open() {
  const exchange::Protocols protocols = listener_->protocols;
  encrypted_ = listener_->tls != nullptr;
  if (listener_->proxy_protocol != config::ProxyProtocol::off && !co_await learn_source()) co_return false;
  if (encrypted_ && !co_await shake_hands()) co_return false;
  bool http2 = protocols.http2;
  if (http2 && protocols.http1) {
    if (encrypted_) {
      http2 = stream_->application_protocol() == "h2";
    } else {
      const auto begun = co_await begins_as_http2();
      if (!begun) co_return false;
      http2 = *begun;
    }
  }
  http2_ = http2;
  if (http2)
    session_ = std::make_unique<Http2Session>(*this);
  else
    session_ = std::make_unique<Http1Session>(*this);
  co_return true;
}

const exchange::ListenerPlan& Connection::listener_plan(const exchange::Plan& plan) {
  if (generation_ != plan.generation) {
    generation_ = plan.generation;
    const auto found = plan.listeners.find(listener_->address);
    listener_plan_ = found != plan.listeners.end() ? found->second.get() : listener_.get();
  }
  return *listener_plan_;
}

/// Of a client that may speak either version, by its first bytes. None: there is no client any more.
base::Task<std::optional<bool>> Connection::begins_as_http2() {
  const milliseconds limit = worker_.snapshot()->plan->settings.timeouts.client_head;
  const std::uint64_t began = worker_.loop().wheel().now();
  auto found = http::Preface::incomplete;
  while (found == http::Preface::incomplete) {
    const milliseconds passed = worker_.loop().wheel().since(began);
    const int waited = passed < limit ? co_await stream_->readable(limit - passed) : ETIMEDOUT;
    if (waited == ETIMEDOUT) tell_silent_close(Cause::client_head_timeout);
    if (waited != 0) co_return std::nullopt;
    if (!buffer_.has_memory()) buffer_ = worker_.buffers().lend();
    const net::IoResult got = stream_->try_read(buffer_.space());
    if (got.error == EAGAIN) continue;
    if (!got.ok()) co_return std::nullopt;
    buffer_.commit(got.bytes);
    found = http::find_http2_preface(buffer_.view());
  }
  co_return found == http::Preface::complete;
}

/// Never in plain text (RFC 6797 s7.2).
std::string_view Connection::hsts(const exchange::Plan& plan) {
  return encrypted_ ? std::string_view{listener_plan(plan).hsts} : std::string_view{};
}

http::ClientInfo Connection::client_info(const exchange::Plan& plan, exchange::Workspace& workspace) {
  http::ClientInfo client;
  client.peer_ip = peer_text_;
  client.peer_trusted = plan.trusted.trusts(peer_);
  client.ip = peer_text_;
  if (encrypted_) client.scheme = "https";
  client.hsts = hsts(plan);
  client.https_port = listener_plan(plan).https_port;
  client.certificate_lines = certificate_lines_;
  client.source = source_.get();
  if (client.peer_trusted) {
    const auto resolved = http::resolve_client(peer_, workspace.request.fields, plan.trusted);
    workspace.client = resolved ? resolved->to_text() : std::string{};
    client.ip = workspace.client;
  }
  return client;
}

observe::LogRecord Connection::record_of(const Error& error) const {
  observe::LogRecord record;
  record.describe(error);
  record.client = peer_text_;
  record.listener = listener_->name;
  return record;
}

void Connection::tell(const Error& error) const {
  observe::LogWriter& log = worker_.environment().log;
  log.count(error.cause);
  observe::LogRecord record = record_of(error);
  record.host = stream_->server_name();
  log.failure(record);
}

void Connection::tell_silent_close(Cause cause) const {
  observe::LogWriter& log = worker_.environment().log;
  if (!log.enabled(observe::Level::debug)) return;
  observe::LogRecord record = record_of(cause);
  record.level = observe::Level::debug;
  log.failure(record);
}

/// Half-closes and reads on for a while: closing with unread bytes would send a reset, and that could make the client
/// lose our last response (RFC 9112 s9.6).
base::Task<void> Connection::linger() {
  stream_->shutdown_write();
  const milliseconds limit = worker_.snapshot()->plan->settings.timeouts.client_linger;
  const std::uint64_t began = worker_.loop().wheel().now();
  if (!buffer_.has_memory()) buffer_ = worker_.buffers().lend();
  for (;;) {
    const milliseconds passed = worker_.loop().wheel().since(began);
    if (passed >= limit) co_return;
    buffer_.clear();
    const net::IoResult got = co_await stream_->read(buffer_.space(), limit - passed);
    if (!got.ok()) co_return;
  }
}

void Connection::drain() {
  const bool is_about_to_begin = !session_;
  retire();
  if (is_about_to_begin && stream_->look() != net::Stream::Peer::spoke) stream_->extend_read(first_request_in_drain);
}

void Connection::retire() {
  draining_ = true;
  if (session_) session_->drain();
}

void Connection::cut() {
  draining_ = cut_ = true;
  bool ended = false;
  ended_ = &ended;
  if (session_) session_->lose_client(Cause::drain_timeout);
  if (ended) return;
  stream_->close();  // whoever waits for the client goes on, and may end the connection
  if (!ended) ended_ = nullptr;
}

void Connection::end_within(milliseconds limit) {
  must_end_ = std::make_unique<net::Deadline>(
      worker_.loop().wheel(), [](void* self) { static_cast<Connection*>(self)->cut(); }, this);
  must_end_->arm(limit);
}

}  // namespace headgate::server
