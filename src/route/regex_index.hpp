#pragma once

#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "route/scratch.hpp"
#include "route/text_index.hpp"

namespace headgate::route {

/// A regular expression for whole paths. Throws std::invalid_argument with RE2's message.
std::shared_ptr<const RE2> compile_path_regex(const std::string& pattern);

/// Regexes by the literal text that each begins with, so that a path is tried on few of many.
class RegexIndex {
 public:
  void add(std::shared_ptr<const RE2> regex, std::uint32_t route);

  /// Calls `visit` with the route of each regex that matches, in the order of add(), until it returns true.
  template <class Visit>
  bool visit(std::string_view path, Scratch& scratch, Visit&& visit) const {
    if (regexes_.empty()) return false;
    collect(path, scratch.regexes);
    return std::any_of(scratch.regexes.begin(), scratch.regexes.end(), [&](std::uint32_t position) {
      return matches(*regexes_[position].regex, path) && visit(regexes_[position].route);
    });
  }

 private:
  struct Entry {
    std::shared_ptr<const RE2> regex;
    std::uint32_t route;
  };

  static bool matches(const RE2& regex, std::string_view path);
  /// Positions of those whose literal text begins `path`, ascending.
  void collect(std::string_view path, std::vector<std::uint32_t>& positions) const;

  std::vector<Entry> regexes_;
  TextIndex<std::vector<std::uint32_t>> by_literal_;
  std::vector<std::size_t> lengths_;  ///< of the literals, each once, ascending
};

}  // namespace headgate::route
