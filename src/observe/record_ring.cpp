#include "observe/record_ring.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace headgate::observe {
namespace {

constexpr std::size_t header_bytes = 8;  // a 32-bit size; 8 keep every block aligned
constexpr std::uint32_t skip_to_start = 0xffff'ffff;

constexpr std::size_t footprint(std::size_t size) { return header_bytes + ((size + 7) & ~std::size_t{7}); }

void put_size(std::byte* at, std::uint32_t size) { std::memcpy(at, &size, sizeof size); }

std::uint32_t get_size(const std::byte* at) {
  std::uint32_t size = 0;
  std::memcpy(&size, at, sizeof size);
  return size;
}

}  // namespace

RecordRing::RecordRing(std::size_t capacity)
    : mask_{std::bit_ceil(std::max(capacity, min_capacity)) - 1},
      bytes_{std::make_unique_for_overwrite<std::byte[]>(mask_ + 1)} {}  // untouched pages stay out of memory

std::byte* RecordRing::reserve(std::size_t size) noexcept {
  const std::uint64_t head = head_.load(std::memory_order_relaxed);
  const std::size_t position = head & mask_;
  const std::size_t to_end = capacity() - position;
  const std::size_t skip = footprint(size) > to_end ? to_end : 0;
  const std::size_t needed = skip + footprint(size);
  if (needed > capacity() - (head - seen_tail_)) {
    seen_tail_ = tail_.load(std::memory_order_acquire);
    if (needed > capacity() - (head - seen_tail_)) return nullptr;
  }
  if (skip != 0) put_size(&bytes_[position], skip_to_start);
  std::byte* const block = &bytes_[(position + skip) & mask_];
  put_size(block, static_cast<std::uint32_t>(size));
  reserved_ = head + needed;
  return block + header_bytes;
}

std::span<const std::byte> RecordRing::front() noexcept {
  const std::uint64_t head = head_.load(std::memory_order_acquire);
  std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  if (tail == head) return {};
  if (get_size(&bytes_[tail & mask_]) == skip_to_start) {  // never the last thing before head: a block follows it
    tail += capacity() - (tail & mask_);
    tail_.store(tail, std::memory_order_release);
  }
  const std::byte* const block = &bytes_[tail & mask_];
  return {block + header_bytes, get_size(block)};
}

void RecordRing::pop() noexcept {
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  tail_.store(tail + footprint(get_size(&bytes_[tail & mask_])), std::memory_order_release);
}

}  // namespace headgate::observe
