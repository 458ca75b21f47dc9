// A whole worker without a socket: clients and upstreams are wires in memory, time moves by hand.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "observe/log.hpp"
#include "server/worker.hpp"
#include "support/memory_stream.hpp"

namespace headgate::testing {

using WirePtr = std::shared_ptr<Wire>;

class MemoryProxy {
 public:
  /// Called for each upstream connection after every step: reads wire.from_proxy, appends to wire.to_proxy.
  using Upstream = std::function<void(Wire& wire)>;

  MemoryProxy(std::string_view config, FaultPlan& faults, Upstream upstream);

  ~MemoryProxy() { cut(); }
  MemoryProxy(const MemoryProxy&) = delete;
  MemoryProxy& operator=(const MemoryProxy&) = delete;

  /// A new client connection with these bytes on it.
  WirePtr client(std::string bytes, exchange::Protocols protocols = {});
  /// Runs until nothing moves any more.
  void settle();
  /// The drain has lasted too long.
  void cut();
  void advance(std::chrono::milliseconds time);

  /// By upstream::endpoint_key(); a configuration's short form names its upstream "default".
  [[nodiscard]] upstream::EndpointState& endpoint(const std::string& key) { return *endpoints_.at(key).state; }
  [[nodiscard]] std::size_t sessions() const { return worker_.sessions(); }
  [[nodiscard]] const std::vector<WirePtr>& upstreams() const { return upstreams_; }
  [[nodiscard]] std::size_t connections_tried() const { return connections_tried_; }

 private:
  void watch_health(const config::Settings& settings);
  [[nodiscard]] std::size_t traffic() const;
  base::Task<Result<net::StreamPtr>> connect();

  FaultPlan& faults_;
  Upstream upstream_;
  observe::Log log_;
  server::ServerState state_;
  server::ResolvedEndpoints endpoints_;
  std::vector<WirePtr> clients_;
  std::vector<WirePtr> upstreams_;
  std::size_t connections_tried_ = 0;
  std::uint64_t ticks_ = 0;
  server::Worker worker_;
};

}  // namespace headgate::testing
