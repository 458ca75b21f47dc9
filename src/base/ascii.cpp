#include "base/ascii.hpp"

#include <algorithm>

namespace headgate::base {

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = to_lower(c);
  return lower;
}

bool is_token(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char); }

bool is_field_value(std::string_view text) {
  return trim_ows(text).size() == text.size() && std::all_of(text.begin(), text.end(), is_field_value_char);
}

bool is_framing_field(std::string_view name) {
  static constexpr std::array<std::string_view, 9> names{
      "connection",        "content-length", "keep-alive", "proxy-connection", "te", "trailer",
      "transfer-encoding", "upgrade",        "expect"};
  return std::any_of(names.begin(), names.end(), [name](std::string_view framing) { return iequals(name, framing); });
}

}  // namespace headgate::base
