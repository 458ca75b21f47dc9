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

std::optional<std::string> usual_slip(std::string_view text, std::size_t offset) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return "the file is empty";
  if (offset >= text.size())
    return "the text ends in the middle of a value, object or array; a closing bracket or brace is missing";
  const char c = text[offset];
  const std::size_t before = previous_sign(text, offset);
  const char last = before == std::string_view::npos ? '\0' : text[before];
  if (text.substr(offset, 2) == "//" || text.substr(offset, 2) == "/*" || c == '#')
    return "comments are not JSON; remove it";
  if (c == '\'') return "found a single quote; JSON strings stand in double quotes";
  if ((c == ']' || c == '}') && last == ',')
    return std::string{"a comma before '"} + c + "' is not JSON; remove the comma";
  const bool value_ended =
      last == '"' || last == ']' || last == '}' || (last >= '0' && last <= '9') || (last >= 'a' && last <= 'z');
  if (value_ended && (c == '"' || c == '{' || c == '[')) return "a ',' or ':' is missing before this";
  if (starts_word(c) && (last == '{' || last == ',' || last == ':' || last == '['))
    return "a word without quotes; JSON knows true, false and null, everything else stands in double quotes";
  return std::nullopt;
}

}  // namespace

SyntaxError explain_syntax_error(std::string_view text, std::size_t read, std::string_view token,
                                 std::string_view what) {
  SyntaxError out;
  const bool ended = read > text.size() || what.find("unexpected end of input") != std::string_view::npos;
  out.offset = ended ? text.size() : read - std::min(read, token.size());
  if (token.find("<U+") != std::string_view::npos) out.offset = read == 0 ? 0 : read - 1;  // escaped: length unknown
  out.offset = std::min(out.offset, text.size());
  const bool in_string = what.find("invalid string") != std::string_view::npos;
  const auto slip = in_string ? std::nullopt : usual_slip(text, out.offset);
  out.message = "not valid JSON: " + (slip ? *slip : reason(what));
  return out;
}

}  // namespace headgate::config
