// The counters of routes and upstreams by their names: a reload that keeps a name keeps its figures.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "observe/traffic_counters.hpp"

namespace headgate::observe {

/// Of one generation of the configuration. The counters in it are for the workers to write.
struct TrafficTable {
  template <class Counters>
  using Shared = std::shared_ptr<Shards<Counters>>;

  Shared<RouteCounters> unrouted;                   ///< requests that matched no route
  std::vector<Shared<RouteCounters>> routes;        ///< in the order of the names that were asked for
  std::vector<Shared<UpstreamCounters>> upstreams;  ///< likewise
};
using TrafficTablePtr = std::shared_ptr<const TrafficTable>;

/// On one thread.
class TrafficRegistry {
 public:
  explicit TrafficRegistry(std::size_t workers);

  TrafficTablePtr table(const std::vector<std::string>& routes, const std::vector<std::string>& upstreams);

 private:
  /// They live as long as a table has them.
  template <class Counters>
  using ByName = std::map<std::string, std::weak_ptr<Shards<Counters>>>;

  std::size_t workers_;
  TrafficTable::Shared<RouteCounters> unrouted_;
  ByName<RouteCounters> routes_;
  ByName<UpstreamCounters> upstreams_;
};

}  // namespace headgate::observe
