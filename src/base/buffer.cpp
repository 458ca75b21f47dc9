#include "base/buffer.hpp"

#include <algorithm>
#include <new>

namespace headgate::base {

BufferPool::~BufferPool() {
  for (char* block : small_) ::operator delete(block);
  for (char* block : large_) ::operator delete(block);
}

Buffer BufferPool::lend(std::size_t size) {
  Buffer buffer;
  buffer.pool_ = this;
  buffer.capacity_ = std::max(size, small);
  std::vector<char*>* free = buffer.capacity_ == small ? &small_ : (buffer.capacity_ == large ? &large_ : nullptr);
  if (free != nullptr && !free->empty()) {
    buffer.memory_ = free->back();
    free->pop_back();
  } else {
    buffer.memory_ = static_cast<char*>(::operator new(buffer.capacity_));
  }
  ++lent_;
  if (buffer.capacity_ == large) ++large_lent_;
  return buffer;
}

Buffer BufferPool::grow(Buffer&& buffer, std::size_t size) {
  Buffer bigger = lend(buffer.empty() ? size : std::max(size, buffer.size() + small));
  if (!buffer.empty()) std::memcpy(bigger.memory_, buffer.memory_ + buffer.begin_, buffer.size());
  bigger.end_ = buffer.size();
  buffer.release();
  return bigger;
}

void BufferPool::take_back(char* memory, std::size_t capacity) noexcept {
  --lent_;
  if (capacity == large) --large_lent_;
  if (capacity == small && small_.size() < kept_small) return small_.push_back(memory);
  if (capacity == large && large_.size() < most_large) return large_.push_back(memory);
  ::operator delete(memory);
}

}  // namespace headgate::base
