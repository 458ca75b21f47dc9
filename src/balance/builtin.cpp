#include "balance/builtin.hpp"

#include <memory>

#include "balance/hash.hpp"
#include "balance/ip_hash.hpp"
#include "balance/least_connections.hpp"
#include "balance/peak_ewma.hpp"
#include "balance/power_of_two.hpp"
#include "balance/random.hpp"
#include "balance/round_robin.hpp"
#include "balance/weighted_round_robin.hpp"

namespace headgate::balance {
namespace {

template <class Strategy>
std::unique_ptr<Balancer> make(const BalancerInput& input) {
  return std::make_unique<Strategy>(input);
}

}  // namespace

void register_builtin_balancers(BalancerRegistry& registry) {
  registry.add("round_robin", make<RoundRobin>);
  registry.add("weighted_round_robin", make<WeightedRoundRobin>);
  registry.add("least_connections", make<LeastConnections>);
  registry.add("ip_hash", make<IpHash>);
  registry.add("hash", make<Hash>);
  registry.add("random", make<RandomChoice>);
  registry.add("power_of_two", make<PowerOfTwo>);
  registry.add("peak_ewma", make<PeakEwma>);
}

}  // namespace headgate::balance
