#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "route/path_index.hpp"
#include "route/text_index.hpp"

namespace headgate::route {

/// All routes, by host: exact, then the longest wildcard, then those without a host.
class HostIndex {
 public:
  /// `host`: a normalised host, "*." and one, or empty for every host.
  void add(std::string_view host, const PathPattern& pattern, std::uint32_t route,
           const std::vector<Conditions>& conditions) {
    PathIndex& paths = host.empty() ? any_ : host.starts_with("*.") ? wildcards_[host.substr(1)] : exact_[host];
    paths.add(pattern, route, conditions);
  }
  /// After the last add().
  void finish() {
    const auto finish_paths = [](PathIndex& paths) { paths.finish(); };
    exact_.for_each(finish_paths);
    wildcards_.for_each(finish_paths);
    any_.finish();
  }

  /// Calls `visit` with the routes whose host and path match, by precedence, until it returns true. Routes whose
  /// header conditions are known not to hold may be left out.
  template <class Visit>
  bool visit(const Asked& asked, Visit visit) const {
    const PathIndex* paths = exact_.find(asked.host);
    if (paths != nullptr && paths->visit(asked, visit)) return true;
    if (!wildcards_.empty() && visit_wildcards(asked, visit)) return true;
    return any_.visit(asked, visit);
  }

  /// Whether any route names a host; else requests' hosts need not be looked at.
  [[nodiscard]] bool names_hosts() const { return !exact_.empty() || !wildcards_.empty(); }

 private:
  template <class Visit>
  bool visit_wildcards(const Asked& asked, Visit& visit) const {
    // At least one byte stands before the dot: "*.example.org" matches neither "example.org" nor ".example.org".
    for (auto dot = asked.host.find('.', 1); dot != std::string_view::npos; dot = asked.host.find('.', dot + 1)) {
      const PathIndex* paths = wildcards_.find(asked.host.substr(dot));
      if (paths != nullptr && paths->visit(asked, visit)) return true;
    }
    return false;
  }

  TextIndex<PathIndex> exact_;
  TextIndex<PathIndex> wildcards_;  ///< by ".example.org" for "*.example.org"
  PathIndex any_;
};

}  // namespace headgate::route
