#include "balance/hash_ring.hpp"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <string>

#include "base/random.hpp"

namespace headgate::balance {
namespace {

/// An endpoint's share then deviates from the fair one by 1 to 2 % of itself (standard deviation, with 2 to 10 of
/// them).
constexpr std::size_t points_each = 128;
/// 2 MiB a worker. More than 2,048 endpoints have half as many points each, and so on.
constexpr std::size_t most_points = std::size_t{1} << 18U;

std::size_t points_of_each(std::size_t endpoints) {
  std::size_t points = points_each;
  while (points > 1 && points * endpoints > most_points) points /= 2;
  return points;
}

}  // namespace

std::uint64_t HashRing::hash(std::string_view text, std::uint64_t seed) {
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

HashRing::HashRing(std::span<const BalancedEndpoint> endpoints) {
  add_points(endpoints);
  std::sort(points_.begin(), points_.end(), [&](const Point& a, const Point& b) {
    return a.place != b.place ? a.place < b.place : endpoints[a.endpoint].name < endpoints[b.endpoint].name;
  });
  fill_index();
}

void HashRing::add_points(std::span<const BalancedEndpoint> endpoints) {
  const std::size_t count = points_of_each(endpoints.size());
  std::uint32_t heaviest = 1;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const std::uint32_t weight = endpoints[i].weight;
    heaviest = std::max(heaviest, weight);
    nearness_.push_back(1.0 / std::max<std::uint32_t>(weight, 1));
    if (weight == 0) continue;
    for (std::size_t point = 0; point < count; ++point)
      points_.push_back({static_cast<std::uint32_t>(hash(endpoints[i].name, point)), static_cast<std::uint32_t>(i)});
  }
  most_near_ = 1.0 / heaviest;
}

void HashRing::fill_index() {
  const std::size_t parts = std::bit_ceil(std::max<std::size_t>(points_.size(), 2));
  shift_ = 32U - static_cast<unsigned>(std::countr_zero(parts));
  std::size_t point = 0;
  for (std::size_t part = 0; part < parts; ++part) {
    while (point < points_.size() && points_[point].place >> shift_ < part) ++point;
    index_.push_back(static_cast<std::uint32_t>(point));
  }
}

std::uint32_t HashRing::place_of(std::uint64_t key, std::uint64_t probe) {
  return static_cast<std::uint32_t>(base::mix(key + probe * base::golden_step));
}

std::size_t HashRing::following(std::uint32_t place) const {
  std::size_t at = index_[place >> shift_];
  while (at < points_.size() && points_[at].place < place) ++at;
  return at;
}

}  // namespace headgate::balance
