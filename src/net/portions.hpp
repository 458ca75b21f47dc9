#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace headgate::net {

/// The bytes of pieces in portions that lie in one place each.
class Portions {
 public:
  Portions(std::span<const iovec> pieces, std::size_t from) : pieces_{pieces} { skip(from); }

  /// At most `most`, which is no more than `space`; empty: that was all.
  std::string_view next(std::size_t most, std::span<char> space) {
    if (pieces_.empty()) return {};
    const std::string_view here = front();
    if (here.size() >= most || pieces_.size() == 1) {
      skip(std::min(here.size(), most));
      return here.substr(0, most);
    }
    std::size_t filled = 0;
    while (filled < most && !pieces_.empty()) {
      const std::string_view part = front().substr(0, most - filled);
      std::memcpy(space.data() + filled, part.data(), part.size());
      filled += part.size();
      skip(part.size());
    }
    return {space.data(), filled};
  }

 private:
  [[nodiscard]] std::string_view front() const {
    return {static_cast<const char*>(pieces_[0].iov_base) + taken_, pieces_[0].iov_len - taken_};
  }
  void skip(std::size_t bytes) {
    taken_ += bytes;
    while (!pieces_.empty() && taken_ >= pieces_[0].iov_len) {
      taken_ -= pieces_[0].iov_len;
      pieces_ = pieces_.subspan(1);
    }
  }

  std::span<const iovec> pieces_;
  std::size_t taken_ = 0;  ///< of the first
};

}  // namespace headgate::net
