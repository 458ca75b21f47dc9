// The operator's own bodies for error responses.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "http/accept.hpp"

namespace headgate::http {

class ErrorTemplates {
 public:
  /// `key`: a status ("503") or a class of them ("5xx"), checked already.
  void add(std::string_view key, PageType type, std::string text);
  /// The status's own, else its class's; null if there is none of that type.
  [[nodiscard]] const std::string* find(std::uint16_t status, PageType type) const;

 private:
  using ByType = std::array<std::string, 3>;
  std::map<std::uint16_t, ByType> by_status_;  ///< a class stands under its first digit
};

/// What a template may name.
struct ErrorValues {
  std::uint16_t status = 0;
  std::string_view reason;
  std::string_view request_id;
};
/// Fills "${status}", "${reason}" and "${request_id}" in, escaped for the media type. Other text stays as it is.
std::string fill(std::string_view text, PageType type, const ErrorValues& values);

}  // namespace headgate::http
