#pragma once

#include "headgate/balancer.hpp"

namespace headgate::balance {

/// The list of strategies that come with Headgate, by their names in the configuration.
void register_builtin_balancers(BalancerRegistry& registry);

}  // namespace headgate::balance
