#include "config/grammar.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/edit_distance.hpp"
#include "base/field_change.hpp"
#include "config/host_name.hpp"

namespace headgate::config {
namespace {

bool is_alphanumeric(char c) { return base::is_alpha(c) || base::is_digit(c); }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }
bool is_hex(char c) { return base::hex_value(c) >= 0; }

Problem as_problem(const char* why) { return why != nullptr ? Problem{why} : std::nullopt; }

/// pchar and '/' (RFC 3986 s3.3), with whole percent-encodings.
Problem path_bytes_problem(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '?' || c == '#') return std::string{"a path has no '"} + c + "'";
    if (c == '%' && (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])))
      return "a '%' is not followed by two hexadecimal digits";
    if (!is_alphanumeric(c) && std::string_view{"/-._~!$&'()*+,;=:@%"}.find(c) == std::string_view::npos)
      return "a path cannot hold this byte as it is; percent-encode what is not letter, digit or one of "
             "-._~!$&'()*+,;=:@";
  }
  return std::nullopt;
}

bool has_dot_segment(std::string_view path) {
  for (std::size_t start = 0; start <= path.size();) {
    const auto end = std::min(path.find('/', start), path.size());
    const auto segment = path.substr(start, end - start);
    if (segment == "." || segment == "..") return true;
    start = end + 1;
  }
  return false;
}

}  // namespace

Problem name_problem(std::string_view text) {
  if (text.empty()) return "a name has at least one character";
  if (text.size() > 128) return "a name has at most 128 characters";
  const auto fits = [](char c) {
    return is_alphanumeric(c) || std::string_view{"._-:/[]@"}.find(c) != std::string_view::npos;
  };
  if (!std::all_of(text.begin(), text.end(), fits)) return "a name holds letters, digits and . _ - : / [ ] @ only";
  return std::nullopt;
}

Problem listener_name_problem(std::string_view text) {
  if (text.empty()) return "a name has at least one character";
  if (text.size() > 128) return "a name has at most 128 bytes";
  if (std::any_of(text.begin(), text.end(), is_control)) return "a name cannot hold control characters";
  return std::nullopt;
}

Problem method_problem(std::string_view text) {
  constexpr std::array<std::string_view, 9> registered{"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                                       "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  if (!base::is_token(text)) return "a method is a token of RFC 9110, such as GET";
  for (const std::string_view name : registered)
    if (lower_case(text) == lower_case(name) && text != name)
      return "methods are case-sensitive; did you mean \"" + std::string{name} + "\"?";
  if (text == "CONNECT") return "CONNECT is not supported by this version";
  return std::nullopt;
}

Problem field_name_problem(std::string_view text) { return as_problem(base::name_problem(text)); }

Problem field_value_problem(std::string_view text) { return as_problem(base::value_problem("", text)); }

Problem set_field_problem(std::string_view text) {
  return as_problem(base::change_problem(base::FieldChange::set, text));
}

Problem added_field_problem(std::string_view text) {
  return as_problem(base::change_problem(base::FieldChange::add, text));
}

Problem removed_field_problem(std::string_view text) {
  return as_problem(base::change_problem(base::FieldChange::remove, text));
}

Problem path_problem(std::string_view text) {
  if (!text.starts_with('/')) return "a path begins with '/'";
  if (auto problem = path_bytes_problem(text)) return problem;
  if (has_dot_segment(text))
    return "a path with \".\" or \"..\" segments never matches: requests' paths are normalised first";
  return std::nullopt;
}

Problem replacement_path_problem(std::string_view text) {
  if (!text.starts_with('/')) return "a path begins with '/'";
  return path_bytes_problem(text);
}

Problem replacement_problem(std::string_view text) {
  const auto fits = [](char c) { return c > 0x20 && c < 0x7F && c != '#'; };
  if (!std::all_of(text.begin(), text.end(), fits))
    return "a replacement holds visible ASCII without '#'; percent-encode the rest";
  return std::nullopt;
}

Problem regex_problem(std::string_view text) {
  RE2::Options options;
  options.set_log_errors(false);
  if (text.size() > 4096) return "a regular expression has at most 4096 bytes";
  const RE2 regex{re2::StringPiece{text.data(), text.size()}, options};
  if (!regex.ok()) return regex.error();
  return std::nullopt;
}

Problem unix_mode_problem(std::string_view text) {
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '7'; });
  if (!digits || text.size() < 3 || text.size() > 4 || (text.size() == 4 && text.front() != '0'))
    return "permissions are three octal digits with an optional 0 before them";
  return std::nullopt;
}

Problem directory_problem(std::string_view text) {
  if (text.empty()) return "a directory has at least one character";
  if (text.find('\0') != std::string_view::npos) return "a directory cannot hold a NUL byte";
  return std::nullopt;
}

Problem body_problem(std::string_view text) {
  if (text.size() > 1024 * 1024) return "a fixed body has at most 1MiB";
  return std::nullopt;
}

Problem via_name_problem(std::string_view text) {
  if (!base::is_token(text)) return "a name in Via is a token of RFC 9110";
  return std::nullopt;
}

Problem upgrade_protocol_problem(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view name = text.substr(0, slash);
  const bool versioned = slash == std::string_view::npos || base::is_token(text.substr(slash + 1));
  if (!base::is_token(name) || !versioned) return "a protocol is a token of RFC 9110, with an optional \"/version\"";
  if (base::iequals(name, "h2c") || base::iequals(name, "h2") || base::iequals(name, "http"))
    return "requests inside such a tunnel would pass by all routes";
  return std::nullopt;
}

Problem any_text(std::string_view) { return std::nullopt; }

const std::vector<std::string>& strategy_names() {
  static const std::vector<std::string> names{
      "round_robin", "weighted_round_robin", "least_connections", "ip_hash", "hash",
      "random",      "power_of_two",         "peak_ewma"};
  return names;
}

Problem strategy_problem(std::string_view text) {
  const auto& names = strategy_names();
  if (std::find(names.begin(), names.end(), text) != names.end()) return std::nullopt;
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string near{nearest(text, candidates)};
  return near.empty() ? "there is no such strategy" : "there is no such strategy; did you mean \"" + near + "\"?";
}

Problem hash_name_problem(std::string_view text) {
  return text.empty() || base::is_token(text) ? std::nullopt : Problem{"names of header fields and cookies are tokens"};
}

Problem cookie_name_problem(std::string_view text) {
  return base::is_token(text) ? std::nullopt : Problem{"the name of a cookie is a token of RFC 6265"};
}

Problem cookie_path_problem(std::string_view text) {
  if (text.find(';') != std::string_view::npos) return "a semicolon would end the cookie's Path attribute";
  return path_problem(text);
}

Problem secret_problem(std::string_view text) {
  return text.size() >= 16 ? std::nullopt : Problem{"it is shorter than 16 bytes"};
}

Problem token_problem(std::string_view text) {
  const bool fits = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  return !text.empty() && fits ? std::nullopt : Problem{"a token has only visible ASCII characters, at least one"};
}

Problem probe_path_problem(std::string_view text) {
  const bool fits = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
  return text.starts_with('/') && fits ? std::nullopt : Problem{"it does not begin with \"/\", or needs encoding"};
}

Problem error_page_key_problem(std::string_view text) {
  const bool status =
      text.size() == 3 && (text[0] == '4' || text[0] == '5') && base::is_digit(text[1]) && base::is_digit(text[2]);
  if (status || text == "4xx" || text == "5xx") return std::nullopt;
  return "expected a status from 400 to 599, \"4xx\" or \"5xx\"";
}

}  // namespace headgate::config
