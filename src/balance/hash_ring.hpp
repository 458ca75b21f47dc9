#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "headgate/balancer.hpp"

namespace headgate::balance {

/// Consistent hashing with several probes (Appleton, O'Reilly 2015). Every endpoint has points on a circle of hashes,
/// by its name alone. A key looks from several places of the circle at the points that follow, and belongs to the
/// endpoint that is nearest to one of the places: by the distance divided by the endpoint's weight.
///
/// A point that goes takes only its own keys with it, as on a plain ring. But an endpoint's share is within a few per
/// cent of the fair one, where a plain ring would need thousands of points for it. The same names and weights give the
/// same owners in every worker, process and order.
class HashRing {
 public:
  explicit HashRing(std::span<const BalancedEndpoint> endpoints);

  /// The owner of the key among the endpoints that `wanted(index)` is true for; nullopt when there is none. O(1) but
  /// for the unwanted points on the way.
  template <class Wanted>
  std::optional<std::size_t> owner(std::uint64_t key, Wanted wanted) const;

  static std::uint64_t hash(std::string_view text, std::uint64_t seed = 0);

 private:
  static constexpr std::uint64_t probes = 21;

  struct Point {
    std::uint32_t place;
    std::uint32_t endpoint;
  };
  void add_points(std::span<const BalancedEndpoint> endpoints);
  void fill_index();
  static std::uint32_t place_of(std::uint64_t key, std::uint64_t probe);
  /// Index of the first point at `place` or behind it; size() when the circle's beginning follows.
  [[nodiscard]] std::size_t following(std::uint32_t place) const;

  std::vector<Point> points_;         ///< sorted by place
  std::vector<std::uint32_t> index_;  ///< of the first point in or behind each 2^-n of the circle
  unsigned shift_ = 0;                ///< of a place, to its part of the circle
  std::vector<double> nearness_;      ///< by endpoint: what a distance counts, the inverse of the weight
  double most_near_ = 0;              ///< the least of them
};

template <class Wanted>
std::optional<std::size_t> HashRing::owner(std::uint64_t key, Wanted wanted) const {
  std::optional<std::size_t> nearest;
  double distance = 0;
  for (std::uint64_t probe = 0; probe < probes; ++probe) {
    const std::uint32_t place = place_of(key, probe);
    std::size_t at = following(place);
    for (std::size_t looked_at = 0; looked_at < points_.size(); ++looked_at, ++at) {
      if (at == points_.size()) at = 0;
      const Point& point = points_[at];
      const double way = point.place - place;  // around the circle, as unsigned numbers go
      if (nearest && way * most_near_ >= distance) break;
      const double counted = way * nearness_[point.endpoint];
      if ((nearest && counted >= distance) || !wanted(point.endpoint)) continue;
      nearest = point.endpoint;
      distance = counted;
    }
    if (!nearest) return std::nullopt;  // it has been all around
  }
  return nearest;
}

}  // namespace headgate::balance
