#include "observe/traffic_registry.hpp"

#include <gtest/gtest.h>

namespace headgate::observe {
namespace {

std::uint64_t retries(const TrafficTable& table, std::size_t upstream) {
  return table.upstreams[upstream]->total<UpstreamTotals>().retries;
}

TEST(TrafficRegistry, KeepsFiguresByNameWhateverTheirOrder) {
  TrafficRegistry registry{2};
  const auto before = registry.table({"a", "b"}, {"web", "api"});
  (*before->upstreams[0])[1].retries.add(3);

  const auto after = registry.table({"b", "a"}, {"api", "web"});

  EXPECT_EQ(retries(*after, 0), 0U);
  EXPECT_EQ(retries(*after, 1), 3U);
}

TEST(TrafficRegistry, ForgetsNamesThatNoTableHasAnyMore) {
  TrafficRegistry registry{1};
  auto before = registry.table({}, {"web"});
  (*before->upstreams[0])[0].retries.add(3);

  before = registry.table({}, {});

  EXPECT_EQ(retries(*registry.table({}, {"web"}), 0), 0U);
}

TEST(TrafficRegistry, ForgetsNothingForAPlanThatIsNotTakenIntoService) {
  TrafficRegistry registry{1};
  const auto serving = registry.table({}, {"web"});
  (*serving->upstreams[0])[0].retries.add(3);

  registry.table({}, {});

  EXPECT_EQ(retries(*registry.table({}, {"web"}), 0), 3U);
}

TEST(TrafficRegistry, KeepsTheFiguresOfRequestsWithoutARoute) {
  TrafficRegistry registry{1};
  (*registry.table({}, {})->unrouted)[0].responses[4].add();

  EXPECT_EQ(registry.table({"a"}, {})->unrouted->total<RouteTotals>().responses[4], 1U);
}

}  // namespace
}  // namespace headgate::observe
