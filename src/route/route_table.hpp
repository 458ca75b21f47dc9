// Which route takes a request. Compiled once from the settings, then immutable: any number of threads may ask it.
// The order of precedence is documented, with examples, in docs/routing.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "headgate/heads.hpp"
#include "route/route.hpp"
#include "route/scratch.hpp"

namespace headgate::route {

struct Asked;
class Conditions;
class HostIndex;

struct Lookup {
  const Route* route = nullptr;      ///< null: none matches
  bool method_mismatch = false;      ///< none matches, but one would if the request had another method: 405
  std::string_view allow;            ///< then the value of Allow: "GET, HEAD, POST"
  std::string_view normalised_path;  ///< for append_target and append_location
};

class RouteTable {
 public:
  /// `upstream_names` are in the order that Target::upstream_index counts in. Settings are validated before; what is
  /// wrong all the same ends in std::invalid_argument, which names the route.
  static RouteTable build(const config::Settings& settings, const std::vector<std::string>& upstream_names);

  RouteTable(RouteTable&&) noexcept;
  RouteTable& operator=(RouteTable&&) noexcept;
  ~RouteTable();

  /// The views in the result point into the request or into `scratch`: valid until either changes, so use them before
  /// the first suspension. Does not allocate once `scratch` has grown.
  [[nodiscard]] Lookup find(const RequestHead& request, Scratch& scratch) const;

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  RouteTable();

  [[nodiscard]] std::string_view allowed_methods(const RequestHead& request, const Asked& asked) const;

  std::vector<Route> routes_;  ///< in file order; never changes after build(), as the index and exchanges point into it
  std::vector<Conditions> conditions_;  ///< of the routes, by position
  std::unique_ptr<HostIndex> hosts_;
  bool merge_slashes_ = true;
};

}  // namespace headgate::route
