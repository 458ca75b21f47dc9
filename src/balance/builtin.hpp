#pragma once

#include <cstddef>

#include "headgate/balancer.hpp"
#include "headgate/registry.hpp"

namespace headgate::balance {

/// What a strategy may depend on when it is built: once per upstream, worker and set of endpoints.
struct Place {
  std::size_t worker = 0;     ///< index, so that workers do not all begin with the same endpoint
  std::size_t endpoints = 0;  ///< Candidates::size() of every pick() to come
};

using BalancerRegistry = Registry<Balancer, const Place&>;

/// The list of strategies that come with Headgate, by their names in the configuration.
void register_builtin_balancers(BalancerRegistry& registry);

}  // namespace headgate::balance
