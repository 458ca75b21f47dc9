// The path that the upstream gets in place of the matched one.
#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace headgate::route {

class Rewrite {
 public:
  /// Throws std::invalid_argument for a regex that RE2 refuses or a replacement with bytes that no target may hold.
  /// `prefix_length`: bytes of the normalised path that replace_prefix replaces, without a slash at the end.
  Rewrite(const config::Rewrite& settings, std::size_t prefix_length);

  /// Appends the new path; it begins with '/'. It has a query of its own if the replacement has a '?'.
  void append_path(std::string& out, std::string_view normalised_path) const;

 private:
  void append_replaced_prefix(std::string& out, std::string_view path) const;
  void append_replaced_match(std::string& out, std::string_view path) const;

  std::size_t prefix_length_;
  std::string replacement_;
  std::unique_ptr<RE2> regex_;  ///< null: the prefix is replaced
};

}  // namespace headgate::route
