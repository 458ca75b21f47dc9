#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "route/path_index.hpp"
#include "route/scratch.hpp"
#include "route/text_index.hpp"

namespace headgate::route {

/// All routes, by host: exact, then the longest wildcard, then those without a host.
class HostIndex {
 public:
  /// `host`: a normalised host, "*." and one, or empty for every host.
  void add(std::string_view host, const PathPattern& pattern, std::uint32_t route) {
    PathIndex& paths = host.empty() ? any_ : host.starts_with("*.") ? wildcards_[host.substr(1)] : exact_[host];
    paths.add(pattern, route);
  }

  /// Calls `visit` with every route whose host and path match, by precedence, until it returns true.
  template <class Visit>
  bool visit(std::string_view host, std::string_view path, Scratch& scratch, Visit&& visit) const {
    if (const PathIndex* paths = exact_.find(host); paths != nullptr && paths->visit(path, scratch, visit)) return true;
    if (!wildcards_.empty() && visit_wildcards(host, path, scratch, visit)) return true;
    return any_.visit(path, scratch, visit);
  }

  /// Whether any route names a host; else requests' hosts need not be looked at.
  [[nodiscard]] bool names_hosts() const { return !exact_.empty() || !wildcards_.empty(); }

 private:
  template <class Visit>
  bool visit_wildcards(std::string_view host, std::string_view path, Scratch& scratch, Visit& visit) const {
    // At least one byte stands before the dot: "*.example.org" matches neither "example.org" nor ".example.org".
    for (auto dot = host.find('.', 1); dot != std::string_view::npos; dot = host.find('.', dot + 1)) {
      const PathIndex* paths = wildcards_.find(host.substr(dot));
      if (paths != nullptr && paths->visit(path, scratch, visit)) return true;
    }
    return false;
  }

  TextIndex<PathIndex> exact_;
  TextIndex<PathIndex> wildcards_;  ///< by ".example.org" for "*.example.org"
  PathIndex any_;
};

}  // namespace headgate::route
