// Recycles coroutine frames, and what else comes and goes with every request, always on the same thread.
#pragma once

#include <cstddef>
#include <string>

namespace headgate::base {

/// Memory for a coroutine frame, from this thread's free lists (classes of 64 bytes, up to 8 KiB) or the heap.
void* allocate_frame(std::size_t size);
void release_frame(void* frame, std::size_t size) noexcept;

/// For a container that lives about as long as a frame.
template <typename T>
struct FrameAllocator {
  using value_type = T;
  FrameAllocator() = default;
  template <typename Other>
  explicit FrameAllocator(const FrameAllocator<Other>& /*other*/) {}
  T* allocate(std::size_t count) { return static_cast<T*>(allocate_frame(count * sizeof(T))); }
  void deallocate(T* items, std::size_t count) noexcept { release_frame(items, count * sizeof(T)); }
  friend bool operator==(const FrameAllocator& /*one*/, const FrameAllocator& /*other*/) { return true; }
};

using FrameString = std::basic_string<char, std::char_traits<char>, FrameAllocator<char>>;

}  // namespace headgate::base
