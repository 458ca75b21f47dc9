// Collects mistakes while a document is read; turns offsets into lines and columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/node.hpp"

namespace headgate::config {

class Findings {
 public:
  explicit Findings(std::string_view text);

  void error(const Node& at, std::string message) { error(at.offset, at.pointer, std::move(message)); }
  void error(std::size_t offset, std::string pointer, std::string message);
  void warning(const Node& at, std::string message) { warning(at.offset, at.pointer, std::move(message)); }
  void warning(std::size_t offset, std::string pointer, std::string message);

  [[nodiscard]] bool any_errors() const { return !errors_.empty(); }
  /// Sorted by position, each place and message once.
  [[nodiscard]] std::vector<Diagnostic> errors() const { return located(errors_); }
  [[nodiscard]] std::vector<Diagnostic> warnings() const { return located(warnings_); }

 private:
  struct Finding {
    std::size_t offset;
    std::string pointer;
    std::string message;
  };
  [[nodiscard]] std::vector<Diagnostic> located(std::vector<Finding> findings) const;

  std::vector<std::size_t> line_starts_;
  std::vector<Finding> errors_;
  std::vector<Finding> warnings_;
};

}  // namespace headgate::config
