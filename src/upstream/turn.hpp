// Which endpoints of an upstream share its requests at the moment, without a clock or an endpoint.
#pragma once

#include <cstddef>
#include <cstdint>

#include "upstream/out.hpp"

namespace headgate::upstream {

/// The backups, or those that are none. Without what has no weight, was drained or has no address.
struct Group {
  std::size_t members = 0;
  std::size_t usable = 0;

  /// One that has a weight. `out`: its reasons, bits of Out.
  constexpr void count(std::uint32_t out) {
    if ((out & certainly_out) != 0) return;
    ++members;
    if (out == 0) ++usable;
  }
};

struct Turn {
  bool backups = false;  ///< it is theirs
  bool panic = false;    ///< the group's members are used whatever is said of their health
  friend bool operator==(const Turn&, const Turn&) = default;
};

/// Backups take requests while nobody else can. A group of which less than `panic_percent` is usable is used whole:
/// either the verdicts are wrong, or the few that are left would not bear the load. 0: never.
constexpr Turn whose_turn(Group primaries, Group backups, std::uint32_t panic_percent) {
  Turn turn;
  turn.backups = primaries.usable == 0 && (backups.usable > 0 || primaries.members == 0);
  const Group& group = turn.backups ? backups : primaries;
  turn.panic = group.usable * 100 < group.members * panic_percent;
  return turn;
}

}  // namespace headgate::upstream
