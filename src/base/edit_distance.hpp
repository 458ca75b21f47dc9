#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace headgate {

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (optimal string alignment).
/// Quadratic: inputs longer than 64 bytes count as far apart.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, compared without case, or an empty view when none is near enough to be meant.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace headgate
