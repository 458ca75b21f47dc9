// One generation of the configuration, ready to serve. Built whole and never changed; a running request keeps the one
// that it began with.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "exchange/listener_plan.hpp"
#include "exchange/retry_budget.hpp"
#include "http/client_address.hpp"
#include "http/error_templates.hpp"
#include "http/head_parser.hpp"
#include "http/head_writer.hpp"
#include "observe/traffic_registry.hpp"
#include "route/route_table.hpp"
#include "upstream/cluster.hpp"

namespace headgate::exchange {

/// What all workers share.
struct Plan {
  std::uint64_t generation;
  std::string hash;  ///< of the configuration text
  config::Settings settings;
  std::vector<std::string> upstream_names;  ///< sorted; Target::upstream_index counts in them
  route::RouteTable routes;
  http::ForwardingPolicy forwarding;
  http::TrustedProxies trusted;
  http::HeadLimits head_limits;
  http::ErrorTemplates error_templates;
  ListenerPlans listeners;
  upstream::TlsClients tls_clients;  ///< by upstream_index, as is the next
  std::vector<config::Retry> retries;
  bool sends_proxy_headers;          ///< to some upstream
  observe::TrafficTablePtr traffic;  ///< counters by the position of routes and by upstream_index

  /// Null: the configuration has none there, and nothing may be served in its name by other rules than it had.
  [[nodiscard]] ListenerPlanPtr listener(const std::string& address) const;
};

/// What one worker has: the plan, and its own balancers and pools.
struct Snapshot {
  std::shared_ptr<const Plan> plan;
  std::vector<std::unique_ptr<upstream::Cluster>> clusters;  ///< by upstream_index, as is the next
  std::vector<std::unique_ptr<RetryBudget>> retry_budgets;
  std::vector<observe::RouteCounters*> route_counters;  ///< of this worker, by route::Route::index; the plan keeps them
  observe::RouteCounters* unrouted = nullptr;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// Compiles validated settings. Throws std::invalid_argument if validation let something pass.
/// `counters` and `kept_tls`: what is kept from one plan to the next; null: it has its own, the counters for one
/// worker.
std::shared_ptr<const Plan> make_plan(config::Settings settings, std::uint64_t generation, std::string hash,
                                      observe::TrafficRegistry* counters = nullptr, KeptTls* kept_tls = nullptr);

}  // namespace headgate::exchange
