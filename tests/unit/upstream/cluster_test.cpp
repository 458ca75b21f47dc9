#include "upstream/cluster.hpp"

#include <gtest/gtest.h>

#include "net/connector.hpp"

namespace headgate::upstream {
namespace {

/// Remembers what it was shown and takes the first that is usable.
class First final : public Balancer {
 public:
  explicit First(std::vector<std::uint32_t>& seen) : seen_{seen} {}
  std::optional<std::size_t> pick(const Candidates& candidates, const RequestHead&) override {
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      seen_.push_back(candidates.weight(i) * 10 + candidates.in_flight(i));
      if (candidates.usable(i)) return i;
    }
    return std::nullopt;
  }

 private:
  std::vector<std::uint32_t>& seen_;
};

/// Takes the one that failed last, whatever it is.
class Stubborn final : public Balancer {
 public:
  std::optional<std::size_t> pick(const Candidates& candidates, const RequestHead&) override {
    return candidates.last_tried();
  }
};

class ClusterTest : public ::testing::Test {
 protected:
  Member member(std::uint16_t port, std::uint32_t weight) {
    auto state = std::make_shared<EndpointState>(Endpoint{"app", port, ""});
    return {std::make_shared<Pool>(loop_, buffers_, net::connect, std::move(state)), weight};
  }

  net::EventLoop loop_;
  base::BufferPool buffers_;
  std::vector<std::uint32_t> seen_;
  Cluster cluster_{"web", {member(1, 5), member(2, 7)}, std::make_unique<First>(seen_), {}, true};
};

TEST_F(ClusterTest, DoesNotOfferWhatTheRequestHasTried) {
  Tried tried;
  EXPECT_EQ(cluster_.pick({}, tried), 0U);

  tried.add(0);
  EXPECT_EQ(cluster_.pick({}, tried), 1U);

  tried.add(1);
  EXPECT_EQ(cluster_.pick({}, tried), std::nullopt);
}

TEST_F(ClusterTest, ShowsTheStrategyWeightsAndRunningRequests) {
  cluster_.pool(0).state().in_flight = 3;
  Tried tried;
  tried.add(0);

  (void)cluster_.pick({}, tried);

  EXPECT_EQ(seen_, (std::vector<std::uint32_t>{53, 70}));
}

TEST_F(ClusterTest, TellsTheStrategyWhatHasJustFailed) {
  Cluster cluster{"web", {member(1, 1), member(2, 1)}, std::make_unique<Stubborn>(), {}, true};
  Tried tried;
  EXPECT_EQ(cluster.pick({}, tried), std::nullopt);

  tried.add(1);
  tried.add(0);

  EXPECT_EQ(cluster.pick({}, tried), 0U);
}

TEST_F(ClusterTest, HasItsPoolsInOrder) {
  EXPECT_EQ(cluster_.size(), 2U);
  EXPECT_EQ(cluster_.pool(0).state().name, "app:1");
  EXPECT_EQ(cluster_.pool(1).state().name, "app:2");
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

}  // namespace
}  // namespace headgate::upstream
