#include "config/same_match.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/path.hpp"
#include "config/host_name.hpp"

namespace headgate::config {
namespace {

/// No part of a condition holds a NUL that could be taken for the separator: names and paths cannot, and a query value
/// that does at worst costs a warning.
void append(std::string& key, char kind, std::string_view text) {
  key += kind;
  key += text;
  key += '\0';
}

/// As the route table reads it: exact paths in their normal form, prefixes without a slash at their end too, and the
/// prefix "/" takes every path. Slashes stay: "//" is refused where they are merged.
void append_path(std::string& key, const Match& match) {
  std::string scratch;
  if (match.path) return append(key, '=', base::normalise_path(*match.path, false, scratch));
  if (match.path_regex) return append(key, '~', *match.path_regex);
  const std::string written = match.path_prefix.value_or("/");
  std::string_view prefix = base::normalise_path(written, false, scratch);
  if (prefix.ends_with('/')) prefix.remove_suffix(1);
  append(key, '^', prefix);
}

/// GET includes HEAD.
std::set<std::string> methods_of(const Match& match) {
  std::set<std::string> methods{match.methods.begin(), match.methods.end()};
  if (methods.contains("GET")) methods.insert("HEAD");
  return methods;
}

std::string conditions(const Match& match) {
  std::string key;
  append_path(key, match);
  for (const auto& method : methods_of(match)) append(key, 'm', method);
  auto headers = match.headers;
  for (auto& [name, value] : headers) name = lower_case(name);
  std::sort(headers.begin(), headers.end());
  for (const auto& [name, value] : headers) append(key, 'h', name + '\0' + value);
  auto query = match.query;
  std::sort(query.begin(), query.end());
  for (const auto& [name, value] : query) append(key, 'q', name + '\0' + value);
  return key;
}

}  // namespace

std::optional<std::size_t> SeenMatches::add(const Match& match, std::size_t index) {
  const std::string rest = conditions(match);
  std::vector<std::string> hosts = match.hosts;
  if (hosts.empty()) hosts.emplace_back();
  std::optional<std::size_t> earlier;
  bool anything_new = false;
  for (const std::string& host : hosts) {
    const auto [at, inserted] = seen_.emplace(host + '\0' + rest, index);
    if (inserted) anything_new = true;
    if (!inserted && at->second != index) earlier = at->second;
  }
  return anything_new ? std::nullopt : earlier;
}

}  // namespace headgate::config
