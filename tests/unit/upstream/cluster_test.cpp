#include "upstream/cluster.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "cluster_fixture.hpp"

namespace headgate::upstream {
namespace {

using std::chrono::hours;

using ClusterTest = ClusterFixture;

TEST_F(ClusterTest, DoesNotOfferWhatTheRequestHasTried) {
  const auto web = cluster({member(1), member(2)});

  EXPECT_EQ(picked(*web), 0U);
  EXPECT_EQ(picked(*web, {0}), 1U);
  EXPECT_EQ(picked(*web, {0, 1}), std::nullopt);
  EXPECT_EQ(refusal_, Cause::no_healthy_backend);
  EXPECT_EQ(detail_, "every backend with a weight was tried");
}

TEST_F(ClusterTest, ShowsTheStrategyWeightsAndRunningRequests) {
  std::vector<std::uint32_t> seen;
  const auto web = cluster({member(1, 5), member(2, 7)}, {}, std::make_unique<Scripted>([&](const Candidates& all) {
                             for (std::size_t i = 0; i < all.size(); ++i)
                               seen.insert(seen.end(), {all.weight(i), all.in_flight(i)});
                             return 0;
                           }));
  web->pool(0).state().in_flight = 3;

  (void)picked(*web);

  EXPECT_EQ(seen, (std::vector<std::uint32_t>{500, 3, 700, 0}));
}

TEST_F(ClusterTest, TellsTheStrategyWhatHasJustFailed) {
  std::optional<std::size_t> told;
  const auto web = cluster({member(1), member(2)}, {}, std::make_unique<Scripted>([&](const Candidates& all) {
                             told = all.last_tried();
                             return first_usable(all);
                           }));

  (void)picked(*web);
  EXPECT_EQ(told, std::nullopt);
  (void)picked(*web, {1, 0});
  EXPECT_EQ(told, 0U);
}

TEST_F(ClusterTest, HasItsPoolsInOrder) {
  const auto web = cluster({member(1), member(2)});

  EXPECT_EQ(web->size(), 2U);
  EXPECT_EQ(web->pool(0).state().name, "app:1");
  EXPECT_EQ(web->pool(1).state().name, "app:2");
}

TEST_F(ClusterTest, CountsARequestFromThePickToTheEndOfItsSlot) {
  const auto web = cluster({member(1)});

  auto slot = take(*web);
  EXPECT_EQ(web->pool(0).state().in_flight, 1U);
  slot->release();

  EXPECT_EQ(web->pool(0).state().in_flight, 0U);
}

TEST_F(ClusterTest, PassesOverWhatIsOutAtOnce) {
  const auto web = cluster({member(1), member(2)});

  take_out(*web, 0, Out::ejected);

  EXPECT_EQ(picked(*web), 1U);
}

TEST_F(ClusterTest, GivesNothingToAWeightOfZero) {
  const auto web = cluster({member(1, 0), member(2)});

  EXPECT_EQ(picked(*web), 1U);
}

TEST_F(ClusterTest, UsesBackupsOnlyWhileNobodyElseCanBeUsed) {
  const auto web = cluster({member(1, 1, true), member(2)});
  EXPECT_EQ(picked(*web), 1U);

  take_out(*web, 1, Out::unhealthy);
  EXPECT_EQ(picked(*web), 0U) << "without waiting for the next census";

  web->pool(1).state().out = 0;
  pass_tick();
  EXPECT_EQ(picked(*web), 1U);
}

TEST_F(ClusterTest, GivesARequestABackupWhenItHasFailedOnAllOthers) {
  const auto web = cluster({member(1), member(2, 1, true)});

  EXPECT_EQ(picked(*web, {0}), 1U);
  EXPECT_EQ(picked(*web, {0, 1}), std::nullopt);
}

TEST_F(ClusterTest, SaysThatNobodyIsHealthy) {
  const auto web = cluster({member(1), member(2, 1, true)});
  take_out(*web, 0, Out::unhealthy);
  take_out(*web, 1, Out::ejected);

  EXPECT_EQ(picked(*web), std::nullopt);
  EXPECT_EQ(refusal_, Cause::no_healthy_backend);
  EXPECT_EQ(detail_, "all are out, for more than one reason");
}

TEST_F(ClusterTest, UsesAllButTheDrainedInAPanic) {
  const auto web = cluster({member(1), member(2), member(3), member(4)}, {50, {}});
  take_out(*web, 0, Out::drained);
  take_out(*web, 1, Out::unresolved);
  take_out(*web, 2, Out::unhealthy);
  EXPECT_EQ(picked(*web), 3U);

  take_out(*web, 3, Out::ejected);

  EXPECT_EQ(picked(*web), 2U);
  EXPECT_EQ(picked(*web, {2}), 3U);
  EXPECT_EQ(picked(*web, {2, 3}), std::nullopt);
}

TEST_F(ClusterTest, ShowsTheStrategyHowLittleAMemberMayDoThatHasJustComeBack) {
  std::uint32_t weight = 0;
  const auto web = cluster({member(1, 2)}, {0, hours{1}}, std::make_unique<Scripted>([&](const Candidates& all) {
                             weight = all.weight(0);
                             return 0;
                           }));
  web->pool(0).state().back_since = base::coarse_nanoseconds();
  pass_tick();

  (void)picked(*web);

  EXPECT_EQ(weight, 20U);
}

TEST_F(ClusterTest, NotesLatenciesAndShowsThemToTheStrategy) {
  std::uint64_t shown = 0;
  const auto web = cluster({member(1)}, {},
                           std::make_unique<Scripted>(
                               [&](const Candidates& all) {
                                 shown = all.latency_ns(0);
                                 return 0;
                               },
                               true));

  web->answered(0, 1'000);
  web->answered(0, 9'000);
  (void)picked(*web);

  EXPECT_EQ(shown, 9'000U) << "a strategy that asks for latencies sees trouble at once";
}

TEST_F(ClusterTest, KeepsToTheLimit) {
  const auto web = cluster({member(1, 1, false, 2), member(2, 1, false, 1)});

  const auto a = take(*web);
  const auto b = take(*web);
  auto c = take(*web);
  EXPECT_EQ(c->index(), 1U);
  EXPECT_EQ(picked(*web), std::nullopt);
  EXPECT_EQ(refusal_, Cause::queue_full);

  c->release();
  EXPECT_EQ(picked(*web), 1U);
}

TEST_F(ClusterTest, DoesNotSpillOverToBackupsBecauseOthersAreBusy) {
  const auto web = cluster({member(1, 1, false, 1), member(2, 1, true)});
  const auto slot = take(*web);

  EXPECT_EQ(picked(*web), std::nullopt);
  EXPECT_EQ(refusal_, Cause::queue_full);
}

TEST_F(ClusterTest, SaysBusyToARetryWhoseOnlyAlternativeIsBusy) {
  const auto web = cluster({member(1), member(2, 1, false, 1), member(3, 1, true)});
  web->pool(1).state().in_flight = 1;

  EXPECT_EQ(picked(*web, {0}), std::nullopt);
  EXPECT_EQ(refusal_, Cause::queue_full);
}

TEST_F(ClusterTest, DoesNotHangOnAStrategyThatInsistsOnABusyEndpoint) {
  const auto web =
      cluster({member(1, 1, false, 1)}, {}, std::make_unique<Scripted>([](const Candidates&) { return 0; }));
  const auto slot = take(*web);

  EXPECT_EQ(picked(*web), std::nullopt);
  EXPECT_EQ(refusal_, Cause::queue_full);
}

TEST_F(ClusterTest, NeverExceedsTheLimitOverAllWorkers) {
  constexpr std::uint32_t limit = 3;
  const Member shared = member(1, 1, false, limit);
  std::atomic<std::uint32_t> running{0};
  std::atomic<std::uint32_t> most{0};
  std::atomic<int> served{0};
  const auto work = [&] {
    net::EventLoop loop;  // of the worker
    const auto queue =
        std::make_shared<WaitQueue>(loop.wheel(), 0, std::make_shared<WaitingWorkers>(1, [](std::size_t) {}));
    Cluster web{{"web", {}, true, {}}, {shared}, std::make_unique<Scripted>(first_usable), loop.wheel(), queue};
    const RequestHead request;
    for (int i = 0; i < 20'000; ++i) {
      const auto slot = web.take_slot({request, ""}, {});
      if (!slot) continue;
      const std::uint32_t now = ++running;
      for (std::uint32_t seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      ++served;
      --running;
    }
  };

  std::vector<std::thread> workers;
  for (int i = 0; i < 6; ++i) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();

  EXPECT_LE(most, limit);
  EXPECT_GT(served, 1'000);
  EXPECT_EQ(shared.state().in_flight, 0U);
}

TEST(Tried, KnowsWhatWasAdded) {
  Tried tried;
  tried.add(3);

  EXPECT_TRUE(tried.contains(3));
  EXPECT_FALSE(tried.contains(0));
  EXPECT_EQ(tried.count(), 1U);
  EXPECT_EQ(tried.last(), 3U);
  EXPECT_EQ(Tried{}.last(), std::nullopt);
}

// Regression: another worker freed a place between the pick, which found none, and the question why.
TEST_F(ClusterTest, TakesAPlaceThatBecomesFreeDuringThePickForNoFailure) {
  Cluster* asked = nullptr;
  const auto too_late = [&](const Candidates& candidates) {
    const auto found = first_usable(candidates);
    if (asked != nullptr) asked->pool(0).state().in_flight = 0;
    return found;
  };
  const auto limited = cluster({member(1, 1, false, 1)}, {}, std::make_unique<Scripted>(too_late));
  limited->pool(0).state().in_flight = 1;
  asked = limited.get();

  EXPECT_EQ(picked(*limited), std::nullopt);

  EXPECT_EQ(refusal_, Cause::queue_full);
}

}  // namespace
}  // namespace headgate::upstream
