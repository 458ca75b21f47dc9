#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "balance/hash_ring.hpp"
#include "balance/load_limit.hpp"
#include "base/random.hpp"
#include "headgate/balancer.hpp"

namespace headgate::balance {

/// What `hash` and `ip_hash` have in common: the endpoint of a key.
class KeyedChoice {
 public:
  explicit KeyedChoice(const BalancerInput& input)
      : ring_{input.endpoints}, limit_{input.hash.max_load_percent}, random_{input.seed} {}

  std::optional<std::size_t> choose(const Candidates& candidates, std::uint64_t key);
  /// Of a client's address. Clients on a Unix socket have none, and are spread at random.
  std::uint64_t client_key(std::string_view ip) { return ip.empty() ? random_.next() : HashRing::hash(ip); }

 private:
  HashRing ring_;
  LoadLimit limit_;
  base::Random random_;
};

}  // namespace headgate::balance
