#include "config/same_match.hpp"

#include <algorithm>
#include <utility>
#include <vector>

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

std::string conditions(const Match& match) {
  std::string key;
  if (match.path) append(key, '=', *match.path);
  if (match.path_prefix) append(key, '^', *match.path_prefix);
  if (match.path_regex) append(key, '~', *match.path_regex);
  auto methods = match.methods;
  std::sort(methods.begin(), methods.end());
  for (const auto& method : methods) append(key, 'm', method);
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
