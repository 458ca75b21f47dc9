#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace headgate::app {

/// A table for a terminal: columns as wide as their longest cell, two spaces between them.
class Columns {
 public:
  /// `right`: for each column, whether it is aligned to the right, as numbers are.
  explicit Columns(std::vector<bool> right) : right_{std::move(right)} {}

  /// Less cells than columns are allowed.
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  /// Every line begins with `indent` spaces and ends without any.
  [[nodiscard]] std::string text(std::size_t indent = 0) const;

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace headgate::app
