#include "config/syntax_error.hpp"

#include <algorithm>
#include <optional>

namespace headgate::config {
namespace {

std::size_t previous_sign(std::string_view text, std::size_t offset) {
  return offset == 0 ? std::string_view::npos : text.find_last_not_of(" \t\r\n", offset - 1);
}

/// "[json.exception...] parse error at ...: syntax error while parsing value - REASON; last read: '...'" to REASON.
std::string reason(std::string_view what) {
  if (const auto at = what.rfind("; last read: "); at != std::string_view::npos) {
    const auto rest = what.find("; expected", at);  // "unexpected X" carries what was expected behind what was read
    const std::string tail{rest == std::string_view::npos ? "" : what.substr(rest)};
    what = what.substr(0, at);
    return reason(what) + tail;
  }
  if (const auto at = what.find(" - "); at != std::string_view::npos) what = what.substr(at + 3);
  if (const auto at = what.find("] "); at != std::string_view::npos) what = what.substr(at + 2);
  return std::string{what};
}

bool starts_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<std::string> usual_slip(std::string_view text, std::size_t offset, char separator,
                                      std::string_view what) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return "the file is empty";
  if (offset >= text.size()) return "the text ends too early; a closing bracket or brace is missing";
  const char c = text[offset];
  const std::size_t before = previous_sign(text, offset);
  const char last = before == std::string_view::npos ? '\0' : text[before];
  if (text.substr(offset, 2) == "//" || text.substr(offset, 2) == "/*" || c == '#')
    return "comments are not JSON; remove it";
  if (what.find("expected end of input") != std::string_view::npos) return "there is more text after the end";
  if (c == '\'') return "found a single quote; JSON strings stand in double quotes";
  if ((c == ']' || c == '}') && last == ',')
    return std::string{"a comma before '"} + c + "' is not JSON; remove the comma";
  if (starts_word(c) && what.find("invalid literal") != std::string_view::npos)
    return "a word without quotes; JSON knows true, false and null, everything else stands in double quotes";
  if (separator != '\0' && (c == '"' || c == '{' || c == '[' || c == '-' || is_digit(c) || starts_word(c)))
    return std::string{"a '"} + separator + "' is missing before this";
  return std::nullopt;
}

}  // namespace

SyntaxError explain_syntax_error(std::string_view text, std::size_t offset, char separator, std::size_t read,
                                 std::string_view what) {
  const bool in_string = what.find("invalid string") != std::string_view::npos;
  if (in_string && read > 0) offset = std::min(read - 1, text.size());  // the byte itself, not the opening quote
  const auto slip = in_string ? std::nullopt : usual_slip(text, offset, separator, what);
  return {offset, "not valid JSON: " + (slip ? *slip : reason(what))};
}

}  // namespace headgate::config
