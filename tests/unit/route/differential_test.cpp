// The compiled table, and the normal form of paths, against the obvious code.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/path.hpp"
#include "random_case.hpp"
#include "reference_matcher.hpp"
#include "route/route_table.hpp"

namespace headgate::route {
namespace {

TEST(NormalisedPath, AgreesWithTheObviousCodeAndStaysAsItIsOnRandomPaths) {
  std::mt19937 random{20261124};
  std::string scratch;
  const std::string alphabet = "//..%%2eE5cFab~;\\ \xC3";
  std::uniform_int_distribution<std::size_t> letter{0, alphabet.size() - 1};
  for (int round = 0; round < 100'000; ++round) {
    std::string path = round % 16 == 0 ? "" : "/";
    for (auto length = random() % 14; length > 0; --length) path += alphabet[letter(random)];
    const bool merge = random() % 2 == 0;

    const std::string once{base::normalise_path(path, merge, scratch)};

    ASSERT_EQ(once, reference::normalise(path, merge)) << path << " merge " << merge;
    ASSERT_EQ(base::normalise_path(once, merge, scratch), once) << path;
  }
}

TEST(RouteTable, AgreesWithTheObviousMatcherOnRandomTablesAndRequests) {
  std::mt19937 random{2};
  auto choose = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  Scratch scratch;
  std::size_t taken = 0;
  std::size_t mismatched = 0;
  for (int round = 0; round < 1000; ++round) {
    const config::Settings settings = random_settings(choose);
    const RouteTable table = RouteTable::build(settings, {"web"});
    for (int asked = 0; asked < 50; ++asked) {
      const RandomRequest texts{choose};
      const RequestHead head = texts.head();

      const Lookup found = table.find(head, scratch);

      const reference::Answer expected = reference::find(settings, head);
      const Route* route = expected.route ? &table.routes()[*expected.route] : nullptr;
      ASSERT_EQ(found.route, route) << texts.method << " " << texts.authority << " " << texts.target << " round "
                                    << round;
      ASSERT_EQ(found.method_mismatch, expected.method_mismatch) << texts.method << " " << texts.target;
      ASSERT_EQ(found.allow.empty(), !expected.method_mismatch);
      taken += found.route != nullptr ? 1 : 0;
      mismatched += found.method_mismatch ? 1 : 0;
    }
  }
  EXPECT_GT(taken, 10'000U);  // else the words meet too rarely to prove anything
  EXPECT_GT(mismatched, 500U);
}

}  // namespace
}  // namespace headgate::route
