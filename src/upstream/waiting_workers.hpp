#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace headgate::upstream {

/// Which workers have requests that wait for one upstream, and since when: shared by all of them, without a lock. Who
/// frees a place gives it to the worker whose first request has waited longest; otherwise a worker that never has a
/// place of its own to free would wait for ever.
class WaitingWorkers {
 public:
  /// Called on any worker's thread to have another worker look at its queue of this upstream soon.
  using Wake = std::function<void(std::size_t worker)>;

  WaitingWorkers(std::size_t workers, Wake wake) : first_(workers), wake_{std::move(wake)} {}

  /// The number of a request that begins to wait; none is 0.
  std::uint64_t next_ticket() { return tickets_.fetch_add(1, std::memory_order_relaxed) + 1; }
  /// Of the request that stands first in the worker's queue; 0: nobody waits. Only by that worker.
  void stand_first(std::size_t worker, std::uint64_t ticket);

  [[nodiscard]] bool any() const { return waiting_.load(std::memory_order_relaxed) != 0; }
  [[nodiscard]] std::optional<std::size_t> longest_waiting() const;
  void wake(std::size_t worker) const { wake_(worker); }

 private:
  std::atomic<std::uint64_t> tickets_{0};
  std::atomic<std::uint32_t> waiting_{0};          ///< workers with a queue that is not empty
  std::vector<std::atomic<std::uint64_t>> first_;  ///< by worker
  Wake wake_;
};

}  // namespace headgate::upstream
