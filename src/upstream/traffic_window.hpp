#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace headgate::upstream {

/// Requests that ended in a stretch of time, and how many of them failed.
struct Traffic {
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;

  Traffic& operator+=(const Traffic& other) {
    requests += other.requests;
    failures += other.failures;
    return *this;
  }
};

constexpr bool too_many_fail(const Traffic& traffic, std::uint32_t percent, std::uint32_t min_requests) {
  return traffic.requests >= min_requests && traffic.failures * 100 >= traffic.requests * percent;
}

/// One worker's traffic of the last moments, in slots of a tenth of the window. That worker counts, every thread reads:
/// plain stores, no lock, no locked instruction. `now` is monotonic nanoseconds.
class TrafficWindow {
 public:
  static constexpr std::size_t slots = 10;

  /// 0: off. On the thread that counts.
  void set_length(std::chrono::milliseconds window);
  [[nodiscard]] bool on() const { return slot_length_ != 0; }

  /// On one thread.
  void count(bool failed, std::uint64_t now) {
    if (now >= slot_end_) begin_slot(now);
    Slot& slot = slots_[current_];
    slot.requests.store(slot.requests.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    if (failed) slot.failures.store(slot.failures.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  /// Of the slots that began at `from` or later. On any thread.
  [[nodiscard]] Traffic since(std::uint64_t from) const;

 private:
  struct Slot {
    std::atomic<std::uint64_t> began{0};  ///< 0: empty, or being emptied
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> failures{0};
  };
  void begin_slot(std::uint64_t now);

  std::array<Slot, slots> slots_;
  std::size_t current_ = 0;
  std::uint64_t slot_end_ = 0;
  std::uint64_t slot_length_ = 0;
};

}  // namespace headgate::upstream
