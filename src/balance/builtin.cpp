#include "balance/builtin.hpp"

#include <memory>

#include "balance/round_robin.hpp"

namespace headgate::balance {

void register_builtin_balancers(BalancerRegistry& registry) {
  registry.add("round_robin", [](const Place& place) { return std::make_unique<RoundRobin>(place.worker); });
}

}  // namespace headgate::balance
