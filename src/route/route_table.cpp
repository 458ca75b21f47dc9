#include "route/route_table.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "base/path.hpp"
#include "route/compile.hpp"
#include "route/conditions.hpp"
#include "route/host_index.hpp"

namespace headgate::route {
namespace {

/// Where the index holds a route.
struct Place {
  std::vector<std::string> hosts;  ///< one empty one for every host
  PathPattern path;
};

Place place_of(const config::Match& match, bool merge_slashes) {
  Place place{{}, compile_path(match, merge_slashes)};
  for (const std::string& host : match.hosts) place.hosts.push_back(compile_host(host));
  if (place.hosts.empty()) place.hosts.emplace_back();
  return place;
}

/// Positions of routes, the more conditions the earlier, then in file order: every list of the index keeps this order.
std::vector<std::uint32_t> by_conditions(const std::vector<Conditions>& conditions) {
  std::vector<std::uint32_t> order(conditions.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return conditions[a].count() > conditions[b].count(); });
  return order;
}

}  // namespace

RouteTable::RouteTable() : hosts_{std::make_unique<HostIndex>()} {}
RouteTable::RouteTable(RouteTable&&) noexcept = default;
RouteTable& RouteTable::operator=(RouteTable&&) noexcept = default;
RouteTable::~RouteTable() = default;

RouteTable RouteTable::build(const config::Settings& settings, const std::vector<std::string>& upstream_names) {
  RouteTable table;
  table.merge_slashes_ = settings.paths.merge_slashes;
  table.routes_.reserve(settings.routes.size());
  table.conditions_.reserve(settings.routes.size());
  std::vector<Place> places;
  for (const config::Route& route : settings.routes) {
    try {
      places.push_back(place_of(route.match, table.merge_slashes_));
      table.routes_.push_back(compile_route(route, places.back().path, upstream_names));
      table.routes_.back().index = table.routes_.size() - 1;
      table.conditions_.emplace_back(route.match);
    } catch (const std::invalid_argument& problem) {
      throw std::invalid_argument{"route \"" + route.name + "\": " + problem.what()};
    }
  }
  for (const std::uint32_t position : by_conditions(table.conditions_))
    for (const std::string& host : places[position].hosts)
      table.hosts_->add(host, places[position].path, position, table.conditions_);
  table.hosts_->finish();
  return table;
}

Lookup RouteTable::find(const RequestHead& request, Scratch& scratch) const {
  Lookup result;
  result.normalised_path = request.form == TargetForm::asterisk
                               ? std::string_view{"/"}
                               : base::normalise_path(request.path, merge_slashes_, scratch.path);
  const std::string_view host =
      hosts_->names_hosts() ? base::normalise_host(request.authority, scratch.host) : std::string_view{};
  const Asked asked{host, result.normalised_path, request.fields, scratch};
  hosts_->visit(asked, [&](std::uint32_t position) {
    const Verdict verdict = conditions_[position].judge(request);
    if (verdict == Verdict::yes) result.route = &routes_[position];
    if (verdict == Verdict::other_method) result.method_mismatch = true;
    return verdict == Verdict::yes;
  });
  if (result.route != nullptr) result.method_mismatch = false;
  if (result.method_mismatch) result.allow = allowed_methods(request, asked);
  return result;
}

std::string_view RouteTable::allowed_methods(const RequestHead& request, const Asked& asked) const {
  std::vector<std::string_view> methods;
  hosts_->visit(asked, [&](std::uint32_t position) {
    if (conditions_[position].judge(request) != Verdict::other_method) return false;
    for (const std::string& method : conditions_[position].methods())
      if (std::find(methods.begin(), methods.end(), method) == methods.end()) methods.push_back(method);
    return false;
  });
  std::string& allow = asked.scratch.allow;
  allow.clear();
  for (const std::string_view method : methods) {
    if (!allow.empty()) allow += ", ";
    allow += method;
  }
  return allow;
}

}  // namespace headgate::route
