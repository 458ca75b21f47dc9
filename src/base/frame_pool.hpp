// Recycles coroutine frames: they come and go with every request, always on the same thread.
#pragma once

#include <cstddef>

namespace headgate::base {

/// Memory for a coroutine frame, from this thread's free lists (classes of 64 bytes, up to 8 KiB) or the heap.
void* allocate_frame(std::size_t size);
void release_frame(void* frame, std::size_t size) noexcept;

}  // namespace headgate::base
