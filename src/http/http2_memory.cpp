#include "http/http2_memory.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

#include "base/frame_pool.hpp"

namespace headgate::http {
namespace {

/// In front of each block: the C interface does not tell its size when it gives it back.
struct alignas(std::max_align_t) Header {
  std::size_t bytes;
};

Header* header_of(void* block) { return static_cast<Header*>(block) - 1; }

void* allocate(std::size_t bytes, void* /*unused*/) noexcept {
  try {
    return new (base::allocate_frame(sizeof(Header) + bytes)) Header{bytes} + 1;
  } catch (const std::bad_alloc&) {
    return nullptr;  // nghttp2 says so in its turn
  }
}

void release(void* block, void* /*unused*/) noexcept {
  if (block == nullptr) return;
  Header* const header = header_of(block);
  base::release_frame(header, sizeof(Header) + header->bytes);
}

void* allocate_zeroed(std::size_t count, std::size_t size, void* /*unused*/) noexcept {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  void* const block = allocate(bytes, nullptr);
  if (block != nullptr) std::memset(block, 0, bytes);
  return block;
}

void* resize(void* block, std::size_t bytes, void* /*unused*/) noexcept {
  void* const larger = allocate(bytes, nullptr);
  if (larger == nullptr || block == nullptr) return larger;
  std::memcpy(larger, block, std::min(bytes, header_of(block)->bytes));
  release(block, nullptr);
  return larger;
}

}  // namespace

nghttp2_mem* http2_memory() {
  static nghttp2_mem memory{nullptr, allocate, release, allocate_zeroed, resize};
  return &memory;
}

}  // namespace headgate::http
