// The compiled table against the obvious matcher.
#include <gtest/gtest.h>

#include <random>

#include "random_case.hpp"
#include "reference_matcher.hpp"
#include "route/route_table.hpp"

namespace headgate::route {
namespace {

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
