#include "upstream/traffic_window.hpp"

namespace headgate::upstream {

void TrafficWindow::set_length(std::chrono::milliseconds window) {
  slot_length_ = static_cast<std::uint64_t>(std::chrono::nanoseconds{window}.count()) / slots;
}

void TrafficWindow::begin_slot(std::uint64_t now) {
  current_ = (current_ + 1) % slots;
  Slot& slot = slots_[current_];
  // In this order: who sees a count of the new slot sees, looking again, that the old one is gone.
  slot.began.store(0, std::memory_order_relaxed);
  slot.requests.store(0, std::memory_order_release);
  slot.failures.store(0, std::memory_order_release);
  slot.began.store(now, std::memory_order_release);
  slot_end_ = now + slot_length_;
}

Traffic TrafficWindow::since(std::uint64_t from) const {
  Traffic sum;
  for (const Slot& slot : slots_) {
    const std::uint64_t began = slot.began.load(std::memory_order_acquire);
    if (began == 0 || began < from) continue;
    // Failures first: they are counted last, and there must not be more of them than requests.
    Traffic one;
    one.failures = slot.failures.load(std::memory_order_acquire);
    one.requests = slot.requests.load(std::memory_order_acquire);
    if (slot.began.load(std::memory_order_relaxed) == began) sum += one;
  }
  return sum;
}

}  // namespace headgate::upstream
