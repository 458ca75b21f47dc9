#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace headgate::observe {

/// Bounded queue of byte blocks from one producing thread to one consuming thread. No lock, no allocation, no system
/// call on either side. Blocks are contiguous; the end of the buffer is skipped when a block does not fit there.
class RecordRing {
 public:
  /// Rounded up to a power of two, at least min_capacity.
  explicit RecordRing(std::size_t capacity);

  /// Producer: room for `size` bytes, or nullptr when the ring is full. `size` is at most max_block.
  [[nodiscard]] std::byte* reserve(std::size_t size) noexcept;
  /// Producer: hands over what reserve() returned last.
  void commit() noexcept { head_.store(reserved_, std::memory_order_release); }

  /// Consumer: the oldest block, empty when there is none. Stays valid until pop().
  [[nodiscard]] std::span<const std::byte> front() noexcept;
  void pop() noexcept;

  [[nodiscard]] std::size_t capacity() const noexcept { return mask_ + 1; }

  static constexpr std::size_t max_block = 2048 - 8;
  static constexpr std::size_t min_capacity = 4096;  // a block and the skip before it always fit an empty ring

 private:
  static constexpr std::size_t cache_line = 64;

  std::size_t mask_;
  std::unique_ptr<std::byte[]> bytes_;
  alignas(cache_line) std::atomic<std::uint64_t> head_{0};  // written by the producer; both only grow
  std::uint64_t reserved_ = 0;
  std::uint64_t seen_tail_ = 0;                             // spares the producer most reads of tail_
  alignas(cache_line) std::atomic<std::uint64_t> tail_{0};  // written by the consumer
};

}  // namespace headgate::observe
