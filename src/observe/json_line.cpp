#include "observe/json_line.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace headgate::observe {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool continues(unsigned char byte) { return (byte & 0xC0) == 0x80; }

/// Bytes of the well-formed UTF-8 sequence at the start of `text` (Unicode 15 table 3-7), 0 if there is none.
std::size_t sequence_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned lead = at(0);
  const unsigned second = at(1);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4 || !continues(static_cast<unsigned char>(second))) return 0;
  if (lead < 0xE0) return 2;
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)) return 0;  // overlong; surrogates
  if (!continues(static_cast<unsigned char>(at(2)))) return 0;
  if (lead < 0xF0) return 3;
  if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return 0;  // overlong; above U+10FFFF
  return continues(static_cast<unsigned char>(at(3))) ? 4 : 0;
}

bool plain(unsigned char byte) { return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\'; }

void append_ascii(std::string& out, unsigned char byte) {
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && plain(static_cast<unsigned char>(text[run]))) ++run;
    out.append(text.substr(0, run));
    text.remove_prefix(run);
    if (text.empty()) return;

    const std::size_t length = sequence_length(text);
    if (length == 0) {
      out += replacement;
    } else if (length == 1) {
      append_ascii(out, static_cast<unsigned char>(text[0]));
    } else if (length == 2 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0) {
      append_ascii(out, static_cast<unsigned char>(text[1]));  // C1: some terminals obey U+009B
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

void JsonLine::member_name(std::string_view name) {
  out_ += first_ ? "\"" : ",\"";
  first_ = false;
  append_escaped(out_, name);
  out_ += "\":";
}

void JsonLine::text(std::string_view name, std::string_view value, bool truncated) {
  member_name(name);
  out_ += '"';
  append_escaped(out_, value);
  out_ += truncated ? "\u2026\"" : "\"";
}

void JsonLine::number(std::string_view name, std::int64_t value) {
  member_name(name);
  fmt::format_to(std::back_inserter(out_), "{}", value);
}

void JsonLine::number(std::string_view name, double value) {
  member_name(name);
  if (std::isfinite(value)) {
    fmt::format_to(std::back_inserter(out_), "{}", value);
  } else {
    out_ += "null";  // JSON has no infinity
  }
}

void JsonLine::millis(std::string_view name, std::int64_t microseconds) {
  member_name(name);
  fmt::format_to(std::back_inserter(out_), "{}.{:03}", microseconds / 1000, microseconds % 1000);
}

}  // namespace headgate::observe
