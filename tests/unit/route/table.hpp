#pragma once

#include <functional>
#include <string>
#include <utility>

#include "config/settings.hpp"
#include "route/route_table.hpp"

namespace headgate::route {

/// Builds tables of routes that differ only in what they match.
class TableOf {
 public:
  TableOf& route(std::string name, const std::function<void(config::Match&)>& set_match) {
    config::Route& added = settings.routes.emplace_back();
    added.name = std::move(name);
    added.upstreams.push_back({"web", 1});
    set_match(added.match);
    return *this;
  }
  TableOf& prefix(const std::string& prefix) {
    return route(prefix, [&](config::Match& match) { match.path_prefix = prefix; });
  }
  TableOf& exact(const std::string& path) {
    return route("=" + path, [&](config::Match& match) { match.path = path; });
  }
  TableOf& regex(const std::string& regex) {
    return route("~" + regex, [&](config::Match& match) { match.path_regex = regex; });
  }
  TableOf& host(const std::string& host) {
    return route(host, [&](config::Match& match) { match.hosts = {host}; });
  }

  [[nodiscard]] RouteTable build() const { return RouteTable::build(settings, {"web"}); }

  /// Name of the route that takes it, or "none".
  [[nodiscard]] std::string taking(const RequestHead& request) const {
    const RouteTable table = build();
    Scratch scratch;
    const Lookup found = table.find(request, scratch);
    return found.route == nullptr ? "none" : found.route->name;
  }

  config::Settings settings;
};

}  // namespace headgate::route
