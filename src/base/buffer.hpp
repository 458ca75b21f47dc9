// Buffers of the data path: blocks of a few sizes, lent by a per-worker pool while bytes are in flight, so that an idle
// connection holds none.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace headgate::base {

class BufferPool;

/// Received bytes [begin, end) in a block; empty and without memory until a pool lends one.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    Buffer old{std::move(*this)};
    swap(other);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { release(); }

  [[nodiscard]] bool has_memory() const { return memory_ != nullptr; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::size_t size() const { return end_ - begin_; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }
  [[nodiscard]] std::string_view view() const { return {memory_ + begin_, size()}; }
  [[nodiscard]] std::span<char> space() { return {memory_ + end_, capacity_ - end_}; }
  void commit(std::size_t bytes) { end_ += bytes; }
  void consume(std::size_t bytes) {
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  /// consume() that leaves the bytes where they are: views into them stay valid until the next compact() or read.
  void skip(std::size_t bytes) { begin_ += bytes; }
  /// Moves the bytes to the front. Views into them become invalid.
  void compact() {
    if (begin_ == 0) return;
    std::memmove(memory_, memory_ + begin_, size());
    end_ -= begin_;
    begin_ = 0;
  }
  void clear() { begin_ = end_ = 0; }
  /// Returns the block to its pool.
  void release() noexcept;

 private:
  friend class BufferPool;
  void swap(Buffer& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(memory_, other.memory_);
    std::swap(capacity_, other.capacity_);
    std::swap(begin_, other.begin_);
    std::swap(end_, other.end_);
  }

  BufferPool* pool_ = nullptr;
  char* memory_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// One worker's blocks; not thread-safe; outlives its buffers.
class BufferPool {
 public:
  static constexpr std::size_t small = 20 * 1024;   ///< a head and a body of 16 KiB in one read
  static constexpr std::size_t large = 512 * 1024;  ///< streaming: each system call moves much (docs/performance.md)
  /// Large blocks lent at a time, 8 MiB. Streams that flow need one each for a moment; those that are stuck keep
  /// theirs, and must not make memory grow with their number.
  static constexpr std::size_t most_large = 16;

  BufferPool() {
    small_.reserve(kept_small);
    large_.reserve(most_large);
  }
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;
  ~BufferPool();

  /// An empty buffer of at least that size.
  Buffer lend(std::size_t size = small);
  /// An empty buffer for a body: a large one, or a small one while `most_large` are out.
  Buffer lend_for_streaming() { return lend(large_lent_ < most_large ? large : small); }
  /// Memory for the next bytes of a body: what the empty `buffer` has, if that is enough. `bulky`: many will follow.
  void provide_for_body(Buffer& buffer, bool bulky) {
    if (bulky && buffer.capacity() < large)
      buffer = lend_for_streaming();
    else if (!buffer.has_memory())
      buffer = lend();
  }
  /// A buffer that takes over the bytes of `buffer`: of at least that size, and with at least as much room behind them
  /// as a small one has.
  Buffer grow(Buffer&& buffer, std::size_t size);

  [[nodiscard]] std::size_t lent() const { return lent_; }

 private:
  friend class Buffer;
  void take_back(char* memory, std::size_t capacity) noexcept;

  static constexpr std::size_t kept_small = 256;  ///< 5 MiB
  std::vector<char*> small_;
  std::vector<char*> large_;
  std::size_t lent_ = 0;
  std::size_t large_lent_ = 0;
};

inline void Buffer::release() noexcept {
  if (memory_ == nullptr) return;
  pool_->take_back(memory_, capacity_);
  memory_ = nullptr;
  capacity_ = begin_ = end_ = 0;
}

}  // namespace headgate::base
