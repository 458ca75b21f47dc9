// Figures that one thread writes and every thread reads: plain loads and stores, no locked instruction.
#pragma once

#include <atomic>
#include <cstdint>

namespace headgate::observe {

class Counter {
 public:
  void add(std::uint64_t count = 1) noexcept { value_.store(value() + count, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// One that several threads change, and seldom.
class SharedGauge {
 public:
  void add() noexcept { value_.fetch_add(1, std::memory_order_relaxed); }
  void remove() noexcept { value_.fetch_sub(1, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace headgate::observe
