#include "balance/hash_ring.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "endpoints.hpp"

namespace headgate::balance {
namespace {

constexpr std::size_t keys = 20'000;

std::vector<BalancedEndpoint> endpoints(std::size_t count) {
  std::vector<BalancedEndpoint> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back({Endpoints::name(i), 1});
  return result;
}

/// Who owns each key, by name: indices differ between sets.
template <class Wanted>
std::vector<std::string> owners(const std::vector<BalancedEndpoint>& of, Wanted wanted) {
  const HashRing ring{of};
  std::vector<std::string> result;
  for (std::size_t key = 0; key < keys; ++key)
    result.push_back(of[ring.owner(HashRing::hash("key " + std::to_string(key)), wanted).value()].name);
  return result;
}
std::vector<std::string> owners(const std::vector<BalancedEndpoint>& of) {
  return owners(of, [](std::size_t) { return true; });
}

double moved(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  std::size_t count = 0;
  for (std::size_t key = 0; key < keys; ++key) count += before[key] != after[key] ? 1 : 0;
  return static_cast<double>(count) / keys;
}

TEST(HashRing, MovesOnlyTheKeysOfAnEndpointThatGoes) {
  for (const std::size_t size : {2U, 3U, 5U, 10U, 50U}) {
    const auto all = endpoints(size);
    const auto before = owners(all);
    double most = 0;
    for (std::size_t gone = 0; gone < std::min<std::size_t>(size, 10); ++gone) {
      auto rest = all;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(gone));
      const auto after = owners(rest);
      most = std::max(most, moved(before, after));

      for (std::size_t key = 0; key < keys; ++key)
        ASSERT_TRUE(before[key] == after[key] || before[key] == all[gone].name);
    }

    EXPECT_LE(most, 1.0 / static_cast<double>(size) + 0.02) << size;
  }
}

TEST(HashRing, AnEndpointThatCannotBeUsedIsLikeOneThatIsGone) {
  const auto all = endpoints(5);
  const auto rest = std::vector(all.begin(), all.end() - 1);

  EXPECT_EQ(owners(all, [](std::size_t index) { return index != 4; }), owners(rest));
}

TEST(HashRing, PlacesByNameWhateverTheOrder) {
  auto reversed = endpoints(7);
  std::reverse(reversed.begin(), reversed.end());

  EXPECT_EQ(owners(endpoints(7)), owners(reversed));
}

TEST(HashRing, PlacesTheSameInEveryProcessAndVersion) {
  const HashRing ring{endpoints(3)};
  std::string placed;
  for (int key = 0; key < 16; ++key)
    placed += std::to_string(ring.owner(HashRing::hash(std::to_string(key)), [](std::size_t) { return true; }).value());

  EXPECT_EQ(placed, "2210210111010120") << "a change moves the keys of everybody who upgrades";
}

TEST(HashRing, MovesOnlyToAnEndpointThatGainsWeight) {
  auto all = endpoints(4);
  const auto before = owners(all);
  all[2].weight = 2;
  const auto after = owners(all);

  for (std::size_t key = 0; key < keys; ++key) ASSERT_TRUE(before[key] == after[key] || after[key] == all[2].name);
  EXPECT_NEAR(static_cast<double>(std::count(after.begin(), after.end(), all[2].name)) / keys, 0.4, 0.03);
}

TEST(HashRing, SpreadsTheKeysOfAnEndpointThatGoesOverAllOthers) {
  const auto all = endpoints(5);
  const auto before = owners(all);
  const auto after = owners(all, [](std::size_t index) { return index != 0; });

  std::map<std::string, int> heirs;
  for (std::size_t key = 0; key < keys; ++key)
    if (before[key] == all[0].name) ++heirs[after[key]];

  ASSERT_EQ(heirs.size(), 4U);
  for (const auto& [name, count] : heirs) EXPECT_NEAR(count, keys / 20, keys / 60) << name;
}

TEST(HashRing, StaysEvenWithManyEndpointsAndWithLargeWeights) {
  auto many = endpoints(3'000);  // more than can have all their points
  for (auto& endpoint : many) endpoint.weight = 1'000;
  many[0].weight = 1;
  std::map<std::string, int> shares;
  for (const auto& owner : owners(many)) ++shares[owner];

  EXPECT_GT(shares.size(), 2'900U) << "of those with some seven keys each";
  EXPECT_LE(shares[many[0].name], 1);
  for (const auto& [name, count] : shares) ASSERT_LT(count, 28) << name;
}

TEST(HashRing, OfNobodyHasNoOwner) {
  EXPECT_EQ(HashRing{{}}.owner(1, [](std::size_t) { return true; }), std::nullopt);
  EXPECT_EQ(HashRing{endpoints(3)}.owner(1, [](std::size_t) { return false; }), std::nullopt);
}

}  // namespace
}  // namespace headgate::balance
