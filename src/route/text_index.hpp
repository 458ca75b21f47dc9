#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace headgate::route {

/// Texts to values. Looking up a length that no key has costs a bit test, so probing every prefix of a path or every
/// suffix of a host hashes only what can be there.
template <class Value>
class TextIndex {
 public:
  Value& operator[](std::string_view key) {
    if (key.size() >= has_length_.size()) has_length_.resize(key.size() + 1);
    has_length_[key.size()] = true;
    return values_[std::string{key}];
  }

  [[nodiscard]] const Value* find(std::string_view key) const {
    if (key.size() >= has_length_.size() || !has_length_[key.size()]) return nullptr;
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
  }

  template <class Visit>
  void for_each(Visit visit) {
    for (auto& [key, value] : values_) visit(value);
  }

  [[nodiscard]] bool empty() const { return has_length_.empty(); }
  /// Longer keys than this find nothing.
  [[nodiscard]] std::size_t longest() const { return has_length_.empty() ? 0 : has_length_.size() - 1; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  boost::unordered_flat_map<std::string, Value, Hash, std::equal_to<>> values_;
  std::vector<bool> has_length_;
};

}  // namespace headgate::route
