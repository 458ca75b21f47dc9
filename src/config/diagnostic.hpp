#pragma once

#include <cstddef>
#include <string>

namespace headgate::config {

/// One mistake (or warning) in a configuration, at the place where the operator has to look.
struct Diagnostic {
  std::size_t line = 0;    ///< 1-based; 0 when it is about the file as a whole
  std::size_t column = 0;  ///< 1-based, in bytes
  std::string pointer;     ///< JSON pointer (RFC 6901) of the value or key; empty for the whole document
  std::string message;     ///< never holds a resolved secret
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// config.json:14:21: /upstreams/web/backends/0/weigth: unknown key; did you mean "weight"?
std::string to_string(const std::string& file, const Diagnostic& diagnostic);

}  // namespace headgate::config
