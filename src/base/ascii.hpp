// Character classes and case-insensitive comparison for protocol text. Locale-free; bytes above 0x7f are never letters.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace headgate::base {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
constexpr bool is_alpha(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }
constexpr bool is_ows(char c) { return c == ' ' || c == '\t'; }

/// 0 to 15, or -1 when `c` is no hexadecimal digit.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

namespace detail {
constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c) {
    const char ch = static_cast<char>(c);
    table[static_cast<std::size_t>(c)] = c < 0x80 && (is_digit(ch) || is_alpha(ch));
  }
  for (const char c : std::string_view{"!#$%&'*+-.^_`|~"}) table[static_cast<unsigned char>(c)] = true;
  return table;
}
inline constexpr std::array<bool, 256> token_table = make_token_table();
}  // namespace detail

/// tchar of RFC 9110 s5.6.2.
constexpr bool is_token_char(char c) { return detail::token_table[static_cast<unsigned char>(c)]; }

/// A byte that a field value may hold: HTAB, SP, VCHAR, obs-text (RFC 9110 s5.5).
constexpr bool is_field_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
}

constexpr bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i] && to_lower(a[i]) != to_lower(b[i])) return false;
  return true;
}

constexpr std::string_view trim_ows(std::string_view text) {
  while (!text.empty() && is_ows(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ows(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes the next element off a comma-separated list (RFC 9110 s5.6.1), without surrounding white space; it may be
/// empty. `list` becomes the rest. Quoted strings are not understood: for lists of tokens only.
constexpr std::string_view next_list_element(std::string_view& list) {
  const std::size_t comma = list.find(',');
  const std::string_view element = trim_ows(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  return element;
}

std::string to_lower(std::string_view text);

/// 1*tchar: a method or a field name.
bool is_token(std::string_view text);
inline bool is_field_name(std::string_view text) { return is_token(text); }

/// What may stand after "Name: ": no control characters but HTAB, no white space at either end; empty is fine.
bool is_field_value(std::string_view text);

/// Fields whose presence or value frames the message or manages the connection; the proxy alone writes them, and
/// header rules may not name them.
bool is_framing_field(std::string_view name);

}  // namespace headgate::base
