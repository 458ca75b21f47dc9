// One generation of the configuration, ready to serve. Built whole and never changed; a running request keeps the one
// that it began with.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "exchange/retry_budget.hpp"
#include "http/client_address.hpp"
#include "http/error_templates.hpp"
#include "http/head_parser.hpp"
#include "http/head_writer.hpp"
#include "net/tls_server.hpp"
#include "observe/traffic_registry.hpp"
#include "route/route_table.hpp"
#include "upstream/cluster.hpp"

namespace headgate::exchange {

/// What a listener's clients may speak.
struct Protocols {
  bool http1 = true;
  bool http2 = false;
};

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
  std::map<std::string, std::shared_ptr<const net::TlsServer>> tls;  ///< by the configured address of the listener
  std::map<std::string, Protocols> protocols;                        ///< the same
  std::vector<config::Retry> retries;                                ///< by upstream_index
  observe::TrafficTablePtr traffic;  ///< counters by the position of routes and by upstream_index
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
/// `counters`: where they are kept from one plan to the next; null: it has its own, for one worker.
std::shared_ptr<const Plan> make_plan(config::Settings settings, std::uint64_t generation, std::string hash,
                                      observe::TrafficRegistry* counters = nullptr);

}  // namespace headgate::exchange
