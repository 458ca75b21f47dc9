#include "server/endpoint_pools.hpp"

#include <utility>

#include "balance/builtin.hpp"

namespace headgate::server {
namespace {

upstream::PoolRules pool_rules(const config::Upstream& settings) {
  return {settings.keep_alive.max_idle, settings.keep_alive.idle_timeout, settings.keep_alive.max_age};
}

upstream::CallOptions call_options(const exchange::Plan& plan, const config::Upstream& settings) {
  return {plan.head_limits, {settings.timeouts.first_byte, settings.timeouts.idle}, settings.timeouts.connect};
}

}  // namespace

std::shared_ptr<upstream::Pool> EndpointPools::pool_for(const std::string& upstream, const ResolvedEndpoint& endpoint) {
  auto& kept = pools_[upstream + ' ' + endpoint.state->name];
  if (auto pool = kept.lock()) return pool;
  auto pool = std::make_shared<upstream::Pool>(loop_, buffers_, connect_, endpoint.state);
  kept = pool;
  return pool;
}

exchange::SnapshotPtr EndpointPools::build(std::shared_ptr<const exchange::Plan> plan,
                                           const ResolvedEndpoints& endpoints, std::size_t worker) {
  balance::BalancerRegistry registry;
  balance::register_builtin_balancers(registry);
  auto snapshot = std::make_shared<exchange::Snapshot>();
  for (const auto& [name, settings] : plan->settings.upstreams) {
    std::vector<upstream::Member> members;
    for (const config::Backend& backend : settings.backends) {
      const ResolvedEndpoint& endpoint = endpoints.at(to_string(backend.address));
      auto pool = pool_for(name, endpoint);
      pool->apply(pool_rules(settings));
      pool->set_addresses(endpoint.addresses);
      members.push_back({std::move(pool), backend.weight});
    }
    const balance::Place place{worker, members.size()};
    snapshot->clusters.push_back(
        std::make_unique<upstream::Cluster>(name, std::move(members), registry.make(settings.strategy, place),
                                            call_options(*plan, settings), settings.preserve_host));
  }
  snapshot->plan = std::move(plan);
  std::erase_if(pools_, [](const auto& entry) { return entry.second.expired(); });
  return snapshot;
}

void EndpointPools::set_addresses(const std::string& endpoint, const std::vector<net::SocketAddress>& addresses) {
  for (auto& [key, weak] : pools_) {
    const auto pool = weak.lock();
    if (pool && pool->state().name == endpoint) pool->set_addresses(addresses);
  }
}

}  // namespace headgate::server
