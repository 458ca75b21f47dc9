// The rules of docs/routing.md in the most obvious code, to compare the compiled table with. Shares nothing with
// src/route but the settings.
#pragma once

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "config/settings.hpp"
#include "headgate/heads.hpp"

namespace headgate::route::reference {

inline std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

inline std::optional<char> triplet(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  const auto high = digits.find(lower(text)[1]);
  const auto low = digits.find(lower(text)[2]);
  if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

inline std::string hex(char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  return {'%', digits[value / 16], digits[value % 16]};
}

inline std::string normalise(std::string_view path, bool merge_slashes) {
  constexpr std::string_view unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  std::vector<std::string> segments{""};
  if (!path.empty() && path[0] == '/') path.remove_prefix(1);
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '/') {
      segments.emplace_back();
    } else if (path[i] == '%') {
      const auto byte = triplet(path.substr(i));
      if (!byte) {
        segments.back() += "%25";
        continue;
      }
      segments.back() += unreserved.find(*byte) != std::string_view::npos ? std::string{*byte} : hex(*byte);
      i += 2;
    } else {
      segments.back() += path[i] > ' ' && path[i] < 0x7F ? std::string{path[i]} : hex(path[i]);
    }
  }
  std::vector<std::string> kept;
  bool folder = false;
  for (const std::string& segment : segments) {
    folder = segment == "." || segment == ".." || (segment.empty() && merge_slashes);
    if (!folder) kept.push_back(segment);
    if (segment == ".." && !kept.empty()) kept.pop_back();
  }
  std::string out;
  for (const std::string& segment : kept) out += "/" + segment;
  return folder || out.empty() ? out + "/" : out;
}

inline std::string host_of(std::string_view authority) {
  std::string host = lower(authority);
  if (!host.empty() && host[0] == '[') {
    host = host.substr(0, host.find(']') + 1);
    if (host == "[0::1]") return "[::1]";  // the one spelling that random requests use beside the canonical one
    return host;
  }
  host = host.substr(0, host.find(':'));
  if (!host.empty() && host.back() == '.') host.pop_back();
  return host;
}

/// Greater is more specific; nullopt: does not match.
using Rank = std::optional<std::size_t>;
constexpr std::size_t better_class = 1'000'000;  ///< above every length

inline Rank host_rank(const config::Match& match, const std::string& host) {
  if (match.hosts.empty()) return 0;
  Rank best;
  for (const std::string& pattern : match.hosts) {
    Rank rank;
    if (pattern == host) rank = better_class;
    const std::string_view suffix = std::string_view{pattern}.substr(1);
    if (pattern.starts_with("*.") && host.size() > suffix.size() && host.ends_with(suffix)) rank = suffix.size();
    best = std::max(best, rank);
  }
  return best;
}

inline bool full_match(const std::string& text, const std::string& regex) {
  static std::map<std::string, RE2> compiled;
  return RE2::FullMatch(text, compiled.try_emplace(regex, regex).first->second);
}

inline Rank path_rank(const config::Match& match, const std::string& path, bool merge_slashes) {
  if (match.path) return path == normalise(*match.path, merge_slashes) ? Rank{3 * better_class} : std::nullopt;
  if (match.path_regex) return full_match(path, *match.path_regex) ? Rank{2 * better_class} : std::nullopt;
  if (!match.path_prefix) return 0;
  std::string prefix = normalise(*match.path_prefix, merge_slashes);
  if (prefix.back() == '/') prefix.pop_back();
  const bool holds = path == prefix || path.starts_with(prefix + "/");
  return holds ? Rank{prefix.size() + 1} : std::nullopt;
}

inline std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = triplet(text.substr(i));
    out += byte ? *byte : text[i] == '+' ? ' ' : text[i];
    if (byte) i += 2;
  }
  return out;
}

inline bool has_parameter(const std::string& query, const std::string& name, const std::string& value) {
  for (std::size_t begin = 0; begin < query.size();) {
    const std::size_t end = std::min(query.find('&', begin), query.size());
    const std::string pair = query.substr(begin, end - begin);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string its_value = equals < pair.size() ? decoded(pair.substr(equals + 1)) : "";
    if (decoded(pair.substr(0, equals)) == name && (value == "*" || its_value == value)) return true;
    begin = end + 1;
  }
  return false;
}

inline bool fields_and_query_hold(const config::Match& match, const RequestHead& request) {
  for (const auto& [name, value] : match.headers) {
    bool found = false;
    for (const Field& field : request.fields)
      found = found || (lower(field.name) == lower(name) && (value == "*" || value == field.value));
    if (!found) return false;
  }
  for (const auto& [name, value] : match.query)
    if (!has_parameter(std::string{request.query}, name, value)) return false;
  return true;
}

inline bool method_holds(const config::Match& match, std::string_view method) {
  const auto has = [&](std::string_view m) {
    return std::find(match.methods.begin(), match.methods.end(), m) != match.methods.end();
  };
  return match.methods.empty() || has(method) || (method == "HEAD" && has("GET"));
}

struct Answer {
  std::optional<std::size_t> route;  ///< position
  bool method_mismatch = false;
};

inline Answer find(const config::Settings& settings, const RequestHead& request) {
  const std::string path = normalise(request.path, settings.paths.merge_slashes);
  const std::string host = host_of(request.authority);
  Answer answer;
  std::tuple<std::size_t, std::size_t, std::size_t> best;
  for (std::size_t i = 0; i < settings.routes.size(); ++i) {
    const config::Match& match = settings.routes[i].match;
    const Rank by_host = host_rank(match, host);
    const Rank by_path = path_rank(match, path, settings.paths.merge_slashes);
    if (!by_host || !by_path || !fields_and_query_hold(match, request)) continue;
    if (!method_holds(match, request.method_token)) {
      answer.method_mismatch = true;
      continue;
    }
    const std::tuple rank{*by_host, *by_path,
                          (match.methods.empty() ? 0U : 1U) + match.headers.size() + match.query.size()};
    if (!answer.route || rank > best) {
      answer.route = i;
      best = rank;
    }
  }
  if (answer.route) answer.method_mismatch = false;
  return answer;
}

}  // namespace headgate::route::reference
