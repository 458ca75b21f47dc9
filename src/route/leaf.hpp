#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "headgate/heads.hpp"
#include "route/conditions.hpp"
#include "route/scratch.hpp"
#include "route/text_index.hpp"

namespace headgate::route {

/// Routes of one host and path, which differ in their conditions only, by precedence. When there are many, those that
/// ask for a header value are found by it: a thousand tenants told apart by a header are no slower than ten.
class Leaf {
 public:
  /// `conditions`: of all routes, by position.
  void add(std::uint32_t route, const std::vector<Conditions>& conditions);

  /// Calls `visit` with every route whose conditions may hold, by precedence, until it returns true.
  template <class Visit>
  bool visit(const Fields& fields, Scratch& scratch, Visit& visit) const {
    if (by_header_.empty()) return std::any_of(routes_.begin(), routes_.end(), visit);
    collect(fields, scratch.keyed);
    auto keyed = scratch.keyed.begin();
    const auto visit_keyed_below = [&](std::size_t end) {
      for (; keyed != scratch.keyed.end() && *keyed < end; ++keyed)
        if (visit(routes_[*keyed])) return true;
      return false;
    };
    for (const std::uint32_t place : others_)
      if (visit_keyed_below(place) || visit(routes_[place])) return true;
    return visit_keyed_below(routes_.size());
  }

 private:
  struct Header {
    std::string name;
    TextIndex<std::vector<std::uint32_t>> by_value;  ///< places in routes_
  };

  void index(std::uint32_t place, const Conditions& conditions);
  /// Places in routes_ of those whose header value is among the fields, ascending.
  void collect(const Fields& fields, std::vector<std::uint32_t>& places) const;

  std::vector<std::uint32_t> routes_;
  std::vector<Header> by_header_;
  std::vector<std::uint32_t> others_;  ///< places in routes_ of those that ask for no header value
};

}  // namespace headgate::route
