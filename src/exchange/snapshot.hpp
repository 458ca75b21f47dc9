// One generation of the configuration, ready to serve. Built whole and never changed; a running request keeps the one
// that it began with.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "http/client_address.hpp"
#include "http/head_parser.hpp"
#include "http/head_writer.hpp"
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
};

/// What one worker has: the plan, and its own balancers and pools.
struct Snapshot {
  std::shared_ptr<const Plan> plan;
  std::vector<std::unique_ptr<upstream::Cluster>> clusters;  ///< by upstream_index
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// Compiles validated settings. Throws std::invalid_argument if validation let something pass.
std::shared_ptr<const Plan> make_plan(config::Settings settings, std::uint64_t generation, std::string hash);

}  // namespace headgate::exchange
