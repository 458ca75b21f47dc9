#pragma once

#include <cstdint>
#include <memory>

#include "upstream/endpoint_state.hpp"
#include "upstream/pool.hpp"

namespace headgate::upstream {

/// One backend of a cluster, with what the configuration says of it there.
struct Member {
  std::shared_ptr<Pool> pool;
  std::uint32_t weight = 1;  ///< 0: no new requests
  bool backup = false;
  std::uint32_t max_connections = 0;  ///< requests at once, over all workers; 0: unlimited

  [[nodiscard]] EndpointState& state() const { return pool->state(); }
  /// Whether it may get requests by what is said of its health. In a panic, only a drain and a missing address count.
  [[nodiscard]] bool open(bool panic) const {
    return (state().out.load(std::memory_order_relaxed) & (panic ? certainly_out : ~0U)) == 0;
  }
  [[nodiscard]] bool has_room() const {
    return max_connections == 0 || state().in_flight.load(std::memory_order_relaxed) < max_connections;
  }
};

}  // namespace headgate::upstream
