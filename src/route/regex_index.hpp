#pragma once

#include <re2/re2.h>
#include <re2/set.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "route/scratch.hpp"

namespace headgate::route {

/// A regular expression for whole paths. Throws std::invalid_argument with RE2's message.
std::shared_ptr<const RE2> compile_path_regex(const std::string& pattern);

/// The regexes of one host. A few are tried one by one, more by one automaton for all: it reads the path once.
class RegexIndex {
 public:
  /// Only before finish().
  void add(std::shared_ptr<const RE2> regex, std::uint32_t route);
  void finish();

  /// Calls `visit` with the route of each regex that matches, in the order of add(), until it returns true.
  template <class Visit>
  bool visit(std::string_view path, Scratch& scratch, Visit& visit) const {
    if (entries_.empty()) return false;
    if (all_ && match_all(path, scratch.regexes)) {
      for (const int position : scratch.regexes)
        if (visit(entries_[static_cast<std::size_t>(position)].route)) return true;
      return false;
    }
    for (const Entry& entry : entries_)
      if (matches(entry, path) && visit(entry.route)) return true;
    return false;
  }

 private:
  struct Entry {
    std::shared_ptr<const RE2> regex;
    std::string start;  ///< every match begins with it: a cheap first look
    std::uint32_t route;
  };

  static bool matches(const Entry& entry, std::string_view path);
  /// Positions of those that match, ascending. False: it ran out of memory, so nothing is known.
  bool match_all(std::string_view path, std::vector<int>& positions) const;

  std::vector<Entry> entries_;
  std::unique_ptr<RE2::Set> all_;  ///< null: too few to be worth it, or too large together
};

}  // namespace headgate::route
