#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "base/ascii.hpp"

namespace headgate::http {

/// 1*DIGIT and nothing else, at most 2^63 - 1, since what comes after us may hold it in a signed number.
constexpr std::optional<std::uint64_t> parse_content_length(std::string_view text) {
  constexpr auto max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!base::is_digit(c)) return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (max - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

}  // namespace headgate::http
