#include "route/compile.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "base/path.hpp"

namespace headgate::route {
namespace {

std::size_t position_of(const std::string& name, const std::vector<std::string>& upstream_names) {
  const auto found = std::find(upstream_names.begin(), upstream_names.end(), name);
  if (found == upstream_names.end()) throw std::invalid_argument{"there is no upstream \"" + name + "\""};
  return static_cast<std::size_t>(found - upstream_names.begin());
}

void add_targets(Route& route, const config::Route& settings, const std::vector<std::string>& upstream_names) {
  std::uint64_t total = 0;
  for (const config::WeightedUpstream& upstream : settings.upstreams) {
    total += upstream.weight;
    if (total > std::numeric_limits<std::uint32_t>::max()) throw std::invalid_argument{"the weights are too large"};
    route.targets.push_back(
        {position_of(upstream.name, upstream_names), upstream.weight, static_cast<std::uint32_t>(total)});
  }
  if (!route.targets.empty() && total == 0) throw std::invalid_argument{"no upstream has a weight above 0"};
  route.total_weight = static_cast<std::uint32_t>(total);
}

http::HeaderRules compile_rules(const config::HeaderChanges& changes) {
  auto rules = http::HeaderRules::compile(changes.set, changes.add, changes.remove);
  if (!rules) throw std::invalid_argument{"a header change names or holds what it may not"};
  return *std::move(rules);
}

}  // namespace

Route compile_route(const config::Route& settings, const PathPattern& path,
                    const std::vector<std::string>& upstream_names) {
  Route route;
  route.name = settings.name;
  add_targets(route, settings, upstream_names);
  if (settings.redirect) route.redirect.emplace(*settings.redirect);
  route.respond = settings.respond;
  if (route.targets.empty() && !route.redirect && !route.respond)
    throw std::invalid_argument{"it has no upstream, redirect or response"};
  // What replace_prefix stands for is the matched prefix, the whole of an exact path, or nothing.
  if (settings.rewrite) route.rewrite.emplace(*settings.rewrite, path.text.size());
  route.request_rules = compile_rules(settings.request_headers);
  route.response_rules = compile_rules(settings.response_headers);
  route.body_bytes = settings.body_bytes;
  route.client_body_idle = settings.client_body_idle;
  route.retry = settings.retry;
  route.upgrade = settings.upgrade;
  route.connect = settings.connect;
  return route;
}

PathPattern compile_path(const config::Match& match, bool merge_slashes) {
  std::string scratch;
  if (match.path) {
    return {PathPattern::Kind::exact, std::string{base::normalise_path(*match.path, merge_slashes, scratch)}, nullptr};
  }
  if (match.path_regex) return {PathPattern::Kind::regex, "", compile_path_regex(*match.path_regex)};
  if (match.path_prefix) {
    std::string_view prefix = base::normalise_path(*match.path_prefix, merge_slashes, scratch);
    if (prefix.ends_with('/')) prefix.remove_suffix(1);
    return {PathPattern::Kind::prefix, std::string{prefix}, nullptr};
  }
  return {};
}

std::string compile_host(std::string_view pattern) {
  std::string scratch;
  const bool wild = pattern.starts_with("*.");
  const std::string_view host = base::normalise_host(wild ? pattern.substr(2) : pattern, scratch);
  if (host.empty()) throw std::invalid_argument{"a host is empty"};
  return (wild ? "*." : "") + std::string{host};
}

}  // namespace headgate::route
