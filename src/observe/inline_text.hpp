#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace headgate::observe {

/// Text in place: copies at most `capacity` bytes and remembers that it cut. Trivially copyable, never allocates, and
/// does not clear its bytes: an unused one costs four bytes of writing.
template <std::size_t capacity>
class InlineText {
 public:
  InlineText& operator=(std::string_view text) noexcept {
    size_ = static_cast<std::uint16_t>(std::min(text.size(), capacity));
    truncated_ = text.size() > capacity;
    if (size_ != 0) std::memcpy(bytes_, text.data(), size_);  // data() of an empty view may be null
    return *this;
  }
  [[nodiscard]] std::string_view view() const noexcept { return {bytes_, size_}; }
  [[nodiscard]] bool truncated() const noexcept { return truncated_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

 private:
  std::uint16_t size_ = 0;
  bool truncated_ = false;
  char bytes_[capacity];  // only the first size_ are ever read
};

}  // namespace headgate::observe
