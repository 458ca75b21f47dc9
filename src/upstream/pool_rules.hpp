// The decisions of a connection pool, without a socket or a clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "headgate/method.hpp"

namespace headgate::upstream {

struct PoolRules {
  std::size_t max_idle = 64;               ///< 0: connections are not kept
  std::chrono::milliseconds idle_timeout;  ///< a kept connection is closed after it
  std::chrono::milliseconds max_age;       ///< 0: no limit
};

constexpr bool may_reuse(const PoolRules& rules, std::chrono::milliseconds age) {
  return rules.max_age.count() == 0 || age < rules.max_age;
}

constexpr bool may_keep(const PoolRules& rules, std::size_t idle_now, std::chrono::milliseconds age) {
  return idle_now < rules.max_idle && may_reuse(rules, age);
}

/// How long to wait for one of the addresses that are left, so that all of them have had their turn in `total`; none
/// when the time is over. 0: no limit.
constexpr std::optional<std::chrono::milliseconds> time_for_address(std::chrono::milliseconds total,
                                                                    std::chrono::milliseconds spent, std::size_t left) {
  if (total.count() == 0) return total;
  if (spent >= total) return std::nullopt;
  return std::max((total - spent) / static_cast<std::int64_t>(left), std::chrono::milliseconds{1});
}

/// A request that could not be repeated deserves a look at the kept connection before it is sent: one system call
/// against a 502 when the backend has just closed.
constexpr bool needs_probe(Method method, bool has_body) { return has_body || !is_idempotent(method); }

}  // namespace headgate::upstream
