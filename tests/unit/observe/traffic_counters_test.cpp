#include "observe/traffic_counters.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace headgate::observe {
namespace {

TEST(TrafficCounters, AddUpOverWorkers) {
  Shards<RouteCounters> route{3};
  route[0].responses[2].add();
  route[2].responses[2].add(4);
  route[1].duration.record(1'000'000);
  route[2].bytes_sent.add(10);

  const auto total = route.total<RouteTotals>();

  EXPECT_EQ(total.responses[2], 5U);
  EXPECT_EQ(total.duration.count(), 1U);
  EXPECT_EQ(total.bytes_sent, 10U);
}

TEST(TrafficCounters, AddUpGaugesOfPoolsAndQueues) {
  Shards<BackendCounters> backend{2};
  Shards<UpstreamCounters> upstream{2};
  backend[0].connections_idle.set(2);
  backend[1].connections_idle.set(3);
  upstream[0].queue_length.set(7);
  upstream[0].queue_length.set(1);

  EXPECT_EQ(backend.total<BackendTotals>().connections_idle, 5U);
  EXPECT_EQ(upstream.total<UpstreamTotals>().queue_length, 1U);
}

TEST(TrafficCounters, CountFailuresByCause) {
  Shards<FailureCounters> failures{1};
  failures[0].add(Cause::no_route);

  const auto total = failures.total<FailureTotals>();

  EXPECT_EQ(total.by_cause[static_cast<std::size_t>(Cause::no_route)], 1U);
}

TEST(TrafficCounters, PutEveryStatusIntoAClass) {
  EXPECT_EQ(status_class(0), 0U);
  EXPECT_EQ(status_class(200), 2U);
  EXPECT_EQ(status_class(599), 5U);
  EXPECT_EQ(status_class(999), 0U);
}

TEST(TrafficCounters, AreReadWhileTheyAreWritten) {
  Shards<RouteCounters> route{2};
  std::thread worker{[&] {
    for (int i = 0; i < 10'000; ++i) route[1].responses[2].add();
  }};
  std::uint64_t seen = 0;
  while (seen < 10'000) {
    const std::uint64_t now = route.total<RouteTotals>().responses[2];
    EXPECT_GE(now, seen);
    seen = now;
  }
  worker.join();
}

}  // namespace
}  // namespace headgate::observe
