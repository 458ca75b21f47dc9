#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "route/leaf.hpp"
#include "route/regex_index.hpp"
#include "route/text_index.hpp"

namespace headgate::route {

/// What a lookup goes by, in normal form.
struct Asked {
  std::string_view host;
  std::string_view path;
  const Fields& fields;
  Scratch& scratch;
};

/// The path of a route's match, in the normal form of requests' paths.
struct PathPattern {
  enum class Kind : std::uint8_t { exact, regex, prefix, none };
  Kind kind = Kind::none;
  std::string text;                  ///< exact path; or prefix without a slash at its end, so "" for "/"
  std::shared_ptr<const RE2> regex;  ///< for Kind::regex
};

/// The routes of one host, by path: exact, then regex, then the longest prefix, then those without a path.
class PathIndex {
 public:
  /// Of routes with the same pattern (or with any two regexes), the one that is added first comes first.
  void add(const PathPattern& pattern, std::uint32_t route, const std::vector<Conditions>& conditions) {
    switch (pattern.kind) {
      case PathPattern::Kind::exact:
        return exact_[pattern.text].add(route, conditions);
      case PathPattern::Kind::regex:
        return regexes_.add(pattern.regex, route);
      case PathPattern::Kind::prefix:
        return prefixes_[pattern.text].add(route, conditions);
      case PathPattern::Kind::none:
        return rest_.add(route, conditions);
    }
  }
  /// After the last add().
  void finish() { regexes_.finish(); }

  /// Calls `visit` with the routes whose path matches, by precedence, until it returns true. Routes whose header
  /// conditions are known not to hold may be left out.
  template <class Visit>
  bool visit(const Asked& asked, Visit& visit) const {
    return visit_leaf(exact_.find(asked.path), asked, visit) || regexes_.visit(asked.path, asked.scratch, visit) ||
           visit_prefixes(asked, visit) || visit_leaf(&rest_, asked, visit);
  }

 private:
  template <class Visit>
  static bool visit_leaf(const Leaf* leaf, const Asked& asked, Visit& visit) {
    return leaf != nullptr && leaf->visit(asked.fields, asked.scratch, visit);
  }

  template <class Visit>
  bool visit_prefixes(const Asked& asked, Visit& visit) const {
    if (prefixes_.empty()) return false;
    const std::string_view path = asked.path;
    std::size_t end = path.size();
    if (end > prefixes_.longest()) end = path.rfind('/', prefixes_.longest());
    for (;; end = path.rfind('/', end - 1)) {  // from one segment border to the one before it
      if (visit_leaf(prefixes_.find(path.substr(0, end)), asked, visit)) return true;
      if (end == 0) return false;
    }
  }

  TextIndex<Leaf> exact_;
  RegexIndex regexes_;
  TextIndex<Leaf> prefixes_;
  Leaf rest_;
};

}  // namespace headgate::route
