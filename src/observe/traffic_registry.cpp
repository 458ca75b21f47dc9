#include "observe/traffic_registry.hpp"

#include <utility>

namespace headgate::observe {
namespace {

/// Those of `names`, made when they are new.
template <class Counters>
std::vector<std::shared_ptr<Shards<Counters>>> select(std::map<std::string, std::weak_ptr<Shards<Counters>>>& kept,
                                                      const std::vector<std::string>& names, std::size_t workers) {
  std::vector<std::shared_ptr<Shards<Counters>>> selected;
  for (const std::string& name : names) {
    auto counters = kept[name].lock();
    if (!counters) kept[name] = counters = std::make_shared<Shards<Counters>>(workers);
    selected.push_back(std::move(counters));
  }
  std::erase_if(kept, [](const auto& entry) { return entry.second.expired(); });
  return selected;
}

}  // namespace

TrafficRegistry::TrafficRegistry(std::size_t workers)
    : workers_{workers}, unrouted_{std::make_shared<Shards<RouteCounters>>(workers)} {}

TrafficTablePtr TrafficRegistry::table(const std::vector<std::string>& routes,
                                       const std::vector<std::string>& upstreams) {
  return std::make_shared<const TrafficTable>(
      TrafficTable{unrouted_, select(routes_, routes, workers_), select(upstreams_, upstreams, workers_)});
}

}  // namespace headgate::observe
