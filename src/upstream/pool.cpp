#include "upstream/pool.hpp"

#include <algorithm>
#include <utility>

namespace headgate::upstream {

Pool::Pool(net::EventLoop& loop, base::BufferPool& buffers, net::Connect connect, std::shared_ptr<EndpointState> state,
           std::size_t worker)
    : loop_{loop},
      buffers_{buffers},
      connect_{std::move(connect)},
      state_{std::move(state)},
      counters_{state_->counters[worker]} {}

Pool::~Pool() {
  http2_.reset();  // what is on its way ends while the pool is whole
  counters_.connections_idle.set(0);
}

void Pool::apply(const PoolRules& rules) {
  rules_ = rules;
  while (idle_.size() > rules_.max_idle) idle_.erase(idle_.begin());
  if (http2_) http2_->trim();
  count_idle();
}

void Pool::set_addresses(std::vector<net::SocketAddress> addresses) {
  if (addresses == addresses_) return;
  addresses_ = std::move(addresses);
  preferred_ = 0;
  drop_all_idle();  // they lead to addresses that may not be the endpoint's any more
}

void Pool::set_tls(net::TlsPeer peer) {
  if (peer == tls_) return;
  tls_ = std::move(peer);
  session_.change_peer();
  drop_all_idle();
}

void Pool::drop_all_idle() {
  ++address_set_;
  idle_.clear();
  if (http2_) http2_->retire_all();
  count_idle();
}

void Pool::set_protocol(config::UpstreamProtocol protocol, const config::UpstreamHttp2& settings,
                        http2::Workspace& workspace) {
  if (protocol != config::UpstreamProtocol::http1) {
    if (!http2_) http2_ = std::make_unique<Http2Connections>(*this, workspace);
    http2_->apply(settings, protocol == config::UpstreamProtocol::automatic);
  }
  if (std::exchange(protocol_, protocol) != protocol) drop_all_idle();
}

std::chrono::milliseconds Pool::ticks_since(std::uint64_t tick) const { return loop_.wheel().since(tick); }

std::chrono::milliseconds Pool::age(const Connection& connection) const {
  return ticks_since(connection.opening().tick);
}

CallPtr Pool::begin(std::unique_ptr<Connection> connection, const CallOptions& options) {
  connection->begin(options.limits, options.timeouts);
  return CallPtr{connection.release()};
}

/// Moves the one used last of those that began so to the end. False: there is none.
bool Pool::bring_forward(std::string_view preface) {
  const auto found =
      std::find_if(idle_.rbegin(), idle_.rend(), [&](const auto& idle) { return idle->preface() == preface; });
  if (found == idle_.rend()) return false;
  std::rotate(std::prev(found.base()), found.base(), idle_.end());
  return true;
}

CallPtr Pool::take(const CallOptions& options, bool probe, std::string_view preface, Purpose purpose) {
  if (shares_connections(purpose))
    if (CallPtr call = http2_->take(options)) return call;
  while (!idle_.empty()) {
    if (idle_.back()->preface() != preface && !bring_forward(preface)) return nullptr;
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    connection->wake();
    count_idle();
    if (!may_reuse(rules_, age(*connection)) || (probe && connection->is_stale())) continue;
    counters_.connections_reused.add();
    return begin(std::move(connection), options);
  }
  return nullptr;
}

base::Task<Result<net::StreamPtr>> Pool::open(const net::SocketAddress& address, std::chrono::milliseconds timeout,
                                              net::ConnectCanceller& canceller, std::string_view preface,
                                              Purpose purpose) {
  if (tls_.client) {
    auto ssl = tls_.client->session(tls_.server_name, &session_);
    if (purpose == Purpose::tunnel) net::TlsClient::offer_http1(ssl.get());
    return net::connect_by_tls(loop_, address, timeout, canceller, std::move(ssl), preface);
  }
  auto connecting = connect_(loop_, address, timeout, canceller);
  return preface.empty() ? std::move(connecting) : send_preface(std::move(connecting), preface, timeout);
}

base::Task<Result<net::StreamPtr>> Pool::send_preface(base::Task<Result<net::StreamPtr>> connecting,
                                                      std::string_view preface, std::chrono::milliseconds timeout) {
  auto stream = co_await std::move(connecting);
  if (!stream) co_return stream;
  const int failed = co_await (*stream)->write({preface}, timeout);
  if (failed != 0) co_return Error{Cause::upstream_connect_failed, "while sending the PROXY header", failed};
  co_return stream;
}

/// Tries each address of the endpoint.
base::Task<Result<net::StreamPtr>> Pool::connect_stream(std::chrono::milliseconds timeout,
                                                        net::ConnectCanceller& canceller, std::string_view preface,
                                                        Purpose purpose) {
  Error error{Cause::upstream_resolve_failed};
  const auto addresses = addresses_;  // a re-resolution may replace them meanwhile
  const std::uint64_t began = loop_.wheel().now();
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto time = time_for_address(timeout, ticks_since(began), addresses.size() - i);
    if (!time) break;
    const std::size_t index = (preferred_ + i) % addresses.size();
    auto stream = co_await open(addresses[index], *time, canceller, preface, purpose);
    if (stream) {
      if (addresses.size() == addresses_.size()) preferred_ = index;
      counters_.connections_opened.add();
      co_return stream;
    }
    error = stream.error();
    if (error.os_error == ECANCELED) break;
  }
  co_return error;
}

/// A connection for this call and nobody else.
base::Task<Result<CallPtr>> Pool::connect_alone(CallOptions options, net::ConnectCanceller& canceller,
                                                std::string preface, Purpose purpose) {
  const std::uint32_t address_set = address_set_;
  auto stream = co_await connect_stream(options.connect, canceller, preface, purpose);
  if (!stream) co_return stream.error();
  const Opening opening{loop_.wheel().now(), address_set};
  co_return begin(std::make_unique<Connection>(*this, std::move(*stream), opening, std::move(preface)), options);
}

base::Task<Result<CallPtr>> Pool::connect(const CallOptions& options, net::ConnectCanceller& canceller,
                                          std::string preface, Purpose purpose) {
  if (shares_connections(purpose)) return http2_->connect(options, canceller);
  return connect_alone(options, canceller, std::move(preface), purpose);
}

void Pool::take_back(Connection& connection, bool reusable) {
  std::unique_ptr<Connection> owned{&connection};
  if (connection.opening().address_set != address_set_) return;
  // Of connections that serve one client each, the old ones are of those who have gone.
  if (!owned->preface().empty() && !idle_.empty() && idle_.size() >= rules_.max_idle) idle_.erase(idle_.begin());
  if (!reusable || !may_keep(rules_, idle_.size(), age(connection))) return;
  idle_.push_back(std::move(owned));
  count_idle();
  connection.rest(
      rules_.idle_timeout,
      [](void* self) {
        const auto& spoke = *static_cast<Connection*>(self);
        spoke.pool().drop_idle(spoke);
      },
      &connection);
}

void Pool::drop_idle(const Connection& connection) {
  const auto found =
      std::find_if(idle_.begin(), idle_.end(), [&](const auto& idle) { return idle.get() == &connection; });
  if (found != idle_.end()) idle_.erase(found);
  count_idle();
}

}  // namespace headgate::upstream
