// A worker's pools by endpoint: a reload that keeps a backend keeps its connections.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exchange/snapshot.hpp"
#include "net/address.hpp"
#include "upstream/endpoint_state.hpp"
#include "upstream/pool.hpp"

namespace headgate::server {

struct ResolvedEndpoint {
  std::shared_ptr<upstream::EndpointState> state;
  std::vector<net::SocketAddress> addresses;  ///< empty: not resolved yet
};
/// By the endpoint's name.
using ResolvedEndpoints = std::map<std::string, ResolvedEndpoint>;

class EndpointPools {
 public:
  EndpointPools(net::EventLoop& loop, base::BufferPool& buffers, net::Connect connect)
      : loop_{loop}, buffers_{buffers}, connect_{std::move(connect)} {}

  /// This worker's part of a snapshot. Cannot fail: the plan is compiled and the strategies are known to exist.
  exchange::SnapshotPtr build(std::shared_ptr<const exchange::Plan> plan, const ResolvedEndpoints& endpoints,
                              std::size_t worker);
  void set_addresses(const std::string& endpoint, const std::vector<net::SocketAddress>& addresses);

 private:
  std::shared_ptr<upstream::Pool> pool_for(const std::string& upstream, const ResolvedEndpoint& endpoint);

  net::EventLoop& loop_;
  base::BufferPool& buffers_;
  net::Connect connect_;
  /// By "upstream endpoint": two upstreams with one backend have their own keep-alive settings. Weak: a pool lives as
  /// long as a snapshot uses it.
  std::map<std::string, std::weak_ptr<upstream::Pool>> pools_;
};

}  // namespace headgate::server
