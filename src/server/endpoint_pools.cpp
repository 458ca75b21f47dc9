#include "server/endpoint_pools.hpp"

#include <utility>

#include "balance/builtin.hpp"
#include "base/random.hpp"
#include "upstream/tls_peer.hpp"

namespace headgate::server {
namespace {

upstream::PoolRules pool_rules(const config::Upstream& settings) {
  return {settings.keep_alive.max_idle, settings.keep_alive.idle_timeout, settings.keep_alive.max_age};
}

upstream::ClusterRules cluster_rules(const exchange::Plan& plan, const config::Upstream& settings) {
  upstream::ClusterRules rules;
  rules.name = settings.name;
  const config::UpstreamTimeouts& timeouts = settings.timeouts;
  rules.calls = {plan.head_limits, {timeouts.first_byte, timeouts.idle}, timeouts.connect, timeouts.tunnel_idle};
  rules.preserve_host = settings.preserve_host;
  rules.spread = {settings.health.panic_percent, settings.slow_start};
  rules.proxy_protocol = settings.proxy_protocol;
  rules.may_tunnel = settings.protocol != config::UpstreamProtocol::http2;
  rules.may_share = settings.protocol != config::UpstreamProtocol::http1;
  return rules;
}

HashKey hash_key(const config::Hash& settings) {
  HashKey key;
  switch (settings.key) {
    case config::HashSource::uri:
      key.source = HashKey::Source::uri;
      break;
    case config::HashSource::header:
      key.source = HashKey::Source::header;
      break;
    case config::HashSource::cookie:
      key.source = HashKey::Source::cookie;
      break;
  }
  key.name = settings.name;
  key.max_load_percent = settings.max_load_percent;
  return key;
}

std::unique_ptr<Balancer> make_balancer(const config::Upstream& settings, std::size_t worker) {
  BalancerRegistry registry;
  balance::register_builtin_balancers(registry);
  std::vector<BalancedEndpoint> endpoints;
  for (const config::Backend& backend : settings.backends)
    endpoints.push_back({to_string(backend.address), backend.weight});
  return registry.make(settings.strategy, {worker, base::random_seed(), endpoints, hash_key(settings.hash)});
}

std::unique_ptr<upstream::Sticky> make_sticky(const config::Upstream& settings) {
  if (!settings.sticky) return nullptr;
  std::vector<std::string> endpoints;
  for (const config::Backend& backend : settings.backends) endpoints.push_back(to_string(backend.address));
  return std::make_unique<upstream::Sticky>(*settings.sticky, settings.name, endpoints);
}

/// The object that has this key, from before if it still lives.
template <class T, class Make>
std::shared_ptr<T> kept_or_made(std::map<std::string, std::weak_ptr<T>>& all, const std::string& key, Make make) {
  std::weak_ptr<T>& kept = all[key];
  auto object = kept.lock();
  if (!object) kept = object = make();
  return object;
}

}  // namespace

std::shared_ptr<upstream::Pool> EndpointPools::pool_for(const std::string& key, const ResolvedEndpoint& endpoint) {
  return kept_or_made(pools_, key, [&] {
    return std::make_shared<upstream::Pool>(loop_, buffers_, connect_, endpoint.state, worker_);
  });
}

std::shared_ptr<upstream::WaitQueue> EndpointPools::queue_for(const config::Upstream& settings,
                                                              const ResolvedEndpoint& endpoint) {
  const auto queue = kept_or_made(queues_, settings.name, [&] {
    auto waiting = endpoint.waiting;
    if (!waiting) waiting = std::make_shared<upstream::WaitingWorkers>(worker_ + 1, [](std::size_t) {});
    return std::make_shared<upstream::WaitQueue>(loop_.wheel(), worker_, std::move(waiting));
  });
  queue->apply({settings.queue.size, settings.queue.timeout});
  return queue;
}

std::unique_ptr<upstream::Cluster> EndpointPools::build_cluster(const exchange::Plan& plan, std::size_t index,
                                                                const config::Upstream& settings,
                                                                const ResolvedEndpoints& endpoints) {
  std::vector<upstream::Member> members;
  std::shared_ptr<upstream::WaitQueue> queue;
  const auto& tls = plan.tls_clients[index];
  for (const config::Backend& backend : settings.backends) {
    const std::string key = upstream::endpoint_key(settings.name, backend.address);
    const ResolvedEndpoint& endpoint = endpoints.at(key);
    auto pool = pool_for(key, endpoint);
    pool->apply(pool_rules(settings));
    pool->set_addresses(endpoint.addresses);
    pool->set_tls(upstream::tls_peer(tls, settings.tls, backend.address));
    const bool may_choose = settings.protocol != config::UpstreamProtocol::automatic || backend.address.tls;
    pool->set_protocol(may_choose ? settings.protocol : config::UpstreamProtocol::http1, settings.http2, http2_);
    pool->traffic().apply({settings.health, settings.circuit_breaker});
    members.push_back({std::move(pool), backend.weight, backend.backup, backend.max_connections});
    if (!queue) queue = queue_for(settings, endpoint);
  }
  auto cluster = std::make_unique<upstream::Cluster>(cluster_rules(plan, settings), std::move(members),
                                                     make_balancer(settings, worker_), loop_.wheel(), std::move(queue));
  cluster->stick(make_sticky(settings));
  return cluster;
}

exchange::SnapshotPtr EndpointPools::build(std::shared_ptr<const exchange::Plan> plan,
                                           const ResolvedEndpoints& endpoints) {
  auto snapshot = std::make_shared<exchange::Snapshot>();
  for (const auto& [name, settings] : plan->settings.upstreams) {
    auto& counters = (*plan->traffic->upstreams[snapshot->clusters.size()])[worker_];
    snapshot->clusters.push_back(build_cluster(*plan, snapshot->clusters.size(), settings, endpoints));
    snapshot->clusters.back()->count_into(counters);
    snapshot->retry_budgets.push_back(std::make_unique<exchange::RetryBudget>(loop_.wheel()));
  }
  for (const auto& counters : plan->traffic->routes) snapshot->route_counters.push_back(&(*counters)[worker_]);
  snapshot->unrouted = &(*plan->traffic->unrouted)[worker_];
  snapshot->plan = std::move(plan);
  const auto gone = [](const auto& entry) { return entry.second.expired(); };
  std::erase_if(pools_, gone);
  std::erase_if(queues_, gone);
  return snapshot;
}

void EndpointPools::set_addresses(const std::string& endpoint, const std::vector<net::SocketAddress>& addresses) {
  for (auto& [key, weak] : pools_) {
    const auto pool = weak.lock();
    if (pool && pool->state().name == endpoint) pool->set_addresses(addresses);
  }
}

void EndpointPools::look_again(const std::string& upstream) {
  const auto found = queues_.find(upstream);
  if (found == queues_.end()) return;
  if (const auto queue = found->second.lock()) queue->look_again();
}

void EndpointPools::close_queues() {
  for (auto& [name, weak] : queues_)
    if (const auto queue = weak.lock()) queue->close();
}

}  // namespace headgate::server
