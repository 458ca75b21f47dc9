#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace headgate::upstream {

/// The endpoints that a request has failed on; it does not try them again while others are left.
class Tried {
 public:
  void add(std::size_t index) {
    if (count_ < indices_.size()) indices_[count_++] = index;
  }
  [[nodiscard]] bool contains(std::size_t index) const {
    for (std::size_t i = 0; i < count_; ++i)
      if (indices_[i] == index) return true;
    return false;
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::optional<std::size_t> last() const {
    return count_ == 0 ? std::nullopt : std::optional{indices_[count_ - 1]};
  }

 private:
  std::array<std::size_t, 8> indices_{};
  std::size_t count_ = 0;
};

}  // namespace headgate::upstream
