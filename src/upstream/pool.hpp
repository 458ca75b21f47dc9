// One worker's connections to one endpoint: the driver. What it decides stands in pool_rules.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "base/task.hpp"
#include "config/upstream_settings.hpp"
#include "headgate/result.hpp"
#include "http/head_parser.hpp"
#include "net/address.hpp"
#include "net/connector.hpp"
#include "net/event_loop.hpp"
#include "net/tls_client.hpp"
#include "upstream/call.hpp"
#include "upstream/call_options.hpp"
#include "upstream/connection.hpp"
#include "upstream/endpoint_state.hpp"
#include "upstream/http2_connections.hpp"
#include "upstream/pool_rules.hpp"
#include "upstream/worker_traffic.hpp"

namespace headgate::upstream {

/// What a call is for.
enum class Purpose : std::uint8_t { request, tunnel };

/// Outlives its calls (they hold the snapshot that holds it) and survives reloads with its connections.
class Pool {
 public:
  Pool(net::EventLoop& loop, base::BufferPool& buffers, net::Connect connect, std::shared_ptr<EndpointState> state,
       std::size_t worker = 0);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  void apply(const PoolRules& rules);
  /// From now on connections are made so; those that are idle and were made otherwise are closed.
  void set_tls(net::TlsPeer peer);
  void set_addresses(std::vector<net::SocketAddress> addresses);

  /// From now on. What was agreed on with connections that run stays.
  void set_protocol(config::UpstreamProtocol protocol, const config::UpstreamHttp2& settings,
                    http2::Workspace& workspace);

  /// A kept connection, the one used last; null if there is none. `probe`: look first whether it is still alive.
  /// `preface`: what it must have begun with.
  CallPtr take(const CallOptions& options, bool probe, std::string_view preface = {}, Purpose purpose = {});
  /// A new connection; tries each address of the endpoint.
  /// `preface`: to send at once, before anything else: a PROXY header.
  base::Task<Result<CallPtr>> connect(const CallOptions& options, net::ConnectCanceller& canceller,
                                      std::string preface = {}, Purpose purpose = {});

  [[nodiscard]] const EndpointState& state() const { return *state_; }
  [[nodiscard]] EndpointState& state() { return *state_; }
  [[nodiscard]] WorkerTraffic& traffic() { return traffic_; }
  /// This worker's.
  [[nodiscard]] observe::BackendCounters& counters() { return counters_; }
  [[nodiscard]] std::size_t idle() const { return idle_.size() + (http2_ ? http2_->idle() : 0); }
  [[nodiscard]] base::BufferPool& buffers() { return buffers_; }
  [[nodiscard]] net::DeadlineWheel& wheel() { return loop_.wheel(); }

 private:
  friend class Connection;
  friend class Http2Connections;
  void take_back(Connection& connection, bool reusable);
  bool bring_forward(std::string_view preface);
  void drop_idle(const Connection& connection);
  void count_idle() { counters_.connections_idle.set(idle()); }
  [[nodiscard]] bool shares_connections(Purpose purpose) const {
    return protocol_ != config::UpstreamProtocol::http1 && purpose == Purpose::request;
  }
  base::Task<Result<net::StreamPtr>> connect_stream(std::chrono::milliseconds timeout, net::ConnectCanceller& canceller,
                                                    std::string_view preface, Purpose purpose);
  base::Task<Result<CallPtr>> connect_alone(CallOptions options, net::ConnectCanceller& canceller, std::string preface,
                                            Purpose purpose);
  [[nodiscard]] std::chrono::milliseconds ticks_since(std::uint64_t tick) const;
  [[nodiscard]] std::chrono::milliseconds age(const Connection& connection) const;
  base::Task<Result<net::StreamPtr>> open(const net::SocketAddress& address, std::chrono::milliseconds timeout,
                                          net::ConnectCanceller& canceller, std::string_view preface, Purpose purpose);
  static base::Task<Result<net::StreamPtr>> send_preface(base::Task<Result<net::StreamPtr>> connecting,
                                                         std::string_view preface, std::chrono::milliseconds timeout);
  void drop_all_idle();
  CallPtr begin(std::unique_ptr<Connection> connection, const CallOptions& options);

  net::EventLoop& loop_;
  base::BufferPool& buffers_;
  net::Connect connect_;
  std::shared_ptr<EndpointState> state_;
  observe::BackendCounters& counters_;
  WorkerTraffic traffic_{*state_};
  PoolRules rules_{};
  net::TlsPeer tls_;
  net::TlsSessionSlot session_;                ///< for the next connection by TLS
  std::vector<net::SocketAddress> addresses_;  ///< empty: the name is not resolved
  std::uint32_t address_set_ = 0;              ///< counts their changes, and those of tls_
  std::size_t preferred_ = 0;                  ///< the address that worked last
  config::UpstreamProtocol protocol_ = config::UpstreamProtocol::http1;
  std::unique_ptr<Http2Connections> http2_;        ///< once the protocol has asked for it
  std::vector<std::unique_ptr<Connection>> idle_;  ///< the one used last stands last
};

}  // namespace headgate::upstream
