#include "config/diagnostic.hpp"

#include <string_view>

namespace headgate::config {
namespace {

/// Keys and values of the file come along. On a terminal, control characters (C0, DEL, C1) would be obeyed: they are
/// shown as JSON writes them.
std::string printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  const auto escape = [&](unsigned char code) {
    out.append("\\u00").append(1, digits[code >> 4U]).append(1, digits[code & 15U]);
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
    if (byte < 0x20 || byte == 0x7F) {
      escape(byte);
    } else if (byte == 0xC2 && next >= 0x80 && next <= 0x9F) {  // C1 in UTF-8
      escape(next);
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::string to_string(const std::string& file, const Diagnostic& diagnostic) {
  std::string out = file + ":";
  if (diagnostic.line != 0) out += std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) + ":";
  out += " ";
  if (!diagnostic.pointer.empty()) out += printable(diagnostic.pointer) + ": ";
  return out + printable(diagnostic.message);
}

}  // namespace headgate::config
