// What a worker keeps over reloads: the pools of its endpoints, with their connections, and the queues of its
// upstreams, with the requests that wait in them.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exchange/snapshot.hpp"
#include "http2/workspace.hpp"
#include "net/address.hpp"
#include "upstream/endpoint_state.hpp"
#include "upstream/pool.hpp"
#include "upstream/wait_queue.hpp"

namespace headgate::server {

struct ResolvedEndpoint {
  std::shared_ptr<upstream::EndpointState> state;
  std::vector<net::SocketAddress> addresses;               ///< empty: not resolved yet
  std::shared_ptr<upstream::WaitingWorkers> waiting = {};  ///< of its upstream; null: there is one worker
};
/// By upstream::endpoint_key().
using ResolvedEndpoints = std::map<std::string, ResolvedEndpoint>;

class EndpointPools {
 public:
  EndpointPools(net::EventLoop& loop, base::BufferPool& buffers, net::Connect connect, std::size_t worker)
      : loop_{loop}, buffers_{buffers}, connect_{std::move(connect)}, worker_{worker} {}

  /// This worker's part of a snapshot. Cannot fail: the plan is compiled and the strategies are known to exist.
  exchange::SnapshotPtr build(std::shared_ptr<const exchange::Plan> plan, const ResolvedEndpoints& endpoints);
  void set_addresses(const std::string& endpoint, const std::vector<net::SocketAddress>& addresses);

  /// A place on that upstream has become free in another worker.
  void look_again(const std::string& upstream);
  /// All connections are about to be cut.
  void close_queues();

 private:
  std::unique_ptr<upstream::Cluster> build_cluster(const exchange::Plan& plan, std::size_t index,
                                                   const config::Upstream& settings,
                                                   const ResolvedEndpoints& endpoints);
  std::shared_ptr<upstream::Pool> pool_for(const std::string& key, const ResolvedEndpoint& endpoint);
  std::shared_ptr<upstream::WaitQueue> queue_for(const config::Upstream& settings, const ResolvedEndpoint& endpoint);

  net::EventLoop& loop_;
  base::BufferPool& buffers_;
  net::Connect connect_;
  http2::Workspace http2_;
  std::size_t worker_;
  // Weak: they live as long as a snapshot uses them.
  std::map<std::string, std::weak_ptr<upstream::Pool>> pools_;        ///< by upstream::endpoint_key()
  std::map<std::string, std::weak_ptr<upstream::WaitQueue>> queues_;  ///< by the upstream's name
};

}  // namespace headgate::server
