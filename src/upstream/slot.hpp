#pragma once

#include <cstddef>
#include <utility>

#include "upstream/endpoint_state.hpp"
#include "upstream/wait_queue.hpp"

namespace headgate::upstream {

/// A place among the requests that run on an endpoint: counted from the pick to the end of the attempt, over all
/// workers. Lives no longer than the cluster that gave it.
class Slot {
 public:
  Slot() = default;
  /// Already counted. `queue`: who waits for such a place; null when there is always room.
  Slot(std::size_t index, EndpointState& endpoint, WaitQueue* queue, bool new_to_client)
      : index_{index}, endpoint_{&endpoint}, queue_{queue}, new_to_client_{new_to_client} {}
  Slot(Slot&& other) noexcept
      : index_{other.index_},
        endpoint_{std::exchange(other.endpoint_, nullptr)},
        queue_{other.queue_},
        new_to_client_{other.new_to_client_} {}
  Slot& operator=(Slot&& other) noexcept {
    if (this == &other) return *this;
    release();
    index_ = other.index_;
    endpoint_ = std::exchange(other.endpoint_, nullptr);
    queue_ = other.queue_;
    new_to_client_ = other.new_to_client_;
    return *this;
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { release(); }

  explicit operator bool() const { return endpoint_ != nullptr; }
  /// Of the endpoint in its cluster.
  [[nodiscard]] std::size_t index() const { return index_; }
  /// The client's cookie does not lead to it, and should from now on.
  [[nodiscard]] bool new_to_client() const { return new_to_client_; }

  /// Requests that wait for it may go on inside.
  void release() {
    if (endpoint_ == nullptr) return;
    std::exchange(endpoint_, nullptr)->in_flight.fetch_sub(1, std::memory_order_relaxed);
    if (queue_ != nullptr) queue_->place_freed();
  }

 private:
  std::size_t index_ = 0;
  EndpointState* endpoint_ = nullptr;
  WaitQueue* queue_ = nullptr;
  bool new_to_client_ = false;
};

}  // namespace headgate::upstream
