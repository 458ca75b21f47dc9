#pragma once

#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "route/regex_index.hpp"
#include "route/scratch.hpp"
#include "route/text_index.hpp"

namespace headgate::route {

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
  void add(const PathPattern& pattern, std::uint32_t route) {
    switch (pattern.kind) {
      case PathPattern::Kind::exact:
        return exact_[pattern.text].push_back(route);
      case PathPattern::Kind::regex:
        return regexes_.add(pattern.regex, route);
      case PathPattern::Kind::prefix:
        return prefixes_[pattern.text].push_back(route);
      case PathPattern::Kind::none:
        return rest_.push_back(route);
    }
  }

  /// Calls `visit` with every route whose path matches, by precedence, until it returns true.
  template <class Visit>
  bool visit(std::string_view path, Scratch& scratch, Visit&& visit) const {
    return visit_leaf(exact_.find(path), visit) || regexes_.visit(path, scratch, visit) ||
           visit_prefixes(path, visit) || visit_leaf(&rest_, visit);
  }

 private:
  using Leaf = std::vector<std::uint32_t>;

  template <class Visit>
  static bool visit_leaf(const Leaf* leaf, Visit& visit) {
    return leaf != nullptr && std::any_of(leaf->begin(), leaf->end(), visit);
  }

  template <class Visit>
  bool visit_prefixes(std::string_view path, Visit& visit) const {
    if (prefixes_.empty()) return false;
    std::size_t end = path.size();
    if (end > prefixes_.longest()) end = path.rfind('/', prefixes_.longest());
    for (;; end = path.rfind('/', end - 1)) {  // from one segment border to the one before it
      if (visit_leaf(prefixes_.find(path.substr(0, end)), visit)) return true;
      if (end == 0) return false;
    }
  }

  TextIndex<Leaf> exact_;
  RegexIndex regexes_;
  TextIndex<Leaf> prefixes_;
  Leaf rest_;
};

}  // namespace headgate::route
