// Fast scans over received bytes.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/ascii.hpp"

namespace headgate::http {

inline std::uint64_t load_8(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// Offset of the first byte in [at, end) that a field value may not hold (CR, LF, NUL, ...), or `end`.
inline std::size_t find_value_end(const char* bytes, std::size_t at, std::size_t end) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t high = ones * 0x80;
  if constexpr (std::endian::native == std::endian::little) {
    while (end - at >= 8) {
      // The lowest flagged byte is exact; those above it may be flagged by a borrow.
      const std::uint64_t word = load_8(bytes + at);
      const std::uint64_t not_delete = word ^ (ones * 0x7f);
      const std::uint64_t flags = (((word - ones * 0x20) & ~word) | ((not_delete - ones) & ~not_delete)) & high;
      if (flags == 0) {
        at += 8;
        continue;
      }
      at += static_cast<std::size_t>(std::countr_zero(flags)) / 8;
      if (bytes[at] != '\t') return at;
      ++at;
    }
  }
  while (at < end && base::is_field_value_char(bytes[at])) ++at;
  return at;
}

inline std::size_t find_token_end(const char* bytes, std::size_t at, std::size_t end) {
  while (at < end && base::is_token_char(bytes[at])) ++at;
  return at;
}

}  // namespace headgate::http
