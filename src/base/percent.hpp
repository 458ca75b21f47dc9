#pragma once

#include <string>
#include <string_view>

namespace headgate::base {

/// Appends the byte percent-encoded, with the upper-case digits that are the usual form (RFC 3986 s2.1).
inline void append_triplet(std::string& out, unsigned char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  out += '%';
  out += digits[byte >> 4U];
  out += digits[byte & 0xFU];
}

}  // namespace headgate::base
