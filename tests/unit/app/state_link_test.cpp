#include "app/state_link.hpp"

#include <functional>
#include <optional>

#include "runtime_fixture.hpp"
#include "state/record_json.hpp"
#include "support/prerequisites.hpp"
#include "support/redis_server.hpp"
#include "support/waiting.hpp"

namespace headgate::app {
namespace {

using upstream::EndpointState;
using upstream::Moment;

const Endpoint first{"10.0.0.1", 80, ""};
const Endpoint second{"10.0.0.2", 80, ""};

/// One run of a process: its endpoints, their monitor, and the link to the store.
class Instance {
 public:
  Instance(observe::Log& log, const config::State& store) : monitor_{context_, log} {
    settings_.state = store;
    config::Upstream& web = settings_.upstreams["web"];
    web.name = "web";
    web.health.active.emplace();
    web.sticky.emplace();
    for (const Endpoint& endpoint : {first, second}) {
      web.backends.push_back({endpoint});
      endpoints_.emplace(upstream::endpoint_key("web", endpoint), std::make_shared<EndpointState>("web", endpoint));
    }
    link_.emplace(context_, log, monitor_, store, [this] { ++new_secrets_; });
    link_->watch(settings_);
    monitor_.apply(settings_, endpoints_);
    monitor_.stop_probing();
    link_->join();
  }

  /// What was posted to the control thread.
  void settle() {
    context_.restart();
    context_.poll();
  }
  upstream::EndpointHealth& health(const Endpoint& endpoint = first) {
    return endpoints_.at(upstream::endpoint_key("web", endpoint))->health;
  }
  [[nodiscard]] std::uint32_t out(const Endpoint& endpoint = first) {
    return endpoints_.at(upstream::endpoint_key("web", endpoint))->out;
  }
  StateLink& link() { return *link_; }

 private:
  boost::asio::io_context context_{1};
  upstream::HealthMonitor monitor_;
  config::Settings settings_;
  upstream::HealthMonitor::Endpoints endpoints_;
  int new_secrets_ = 0;
  std::optional<StateLink> link_;
};

class StateLinkTest : public WithLog {
 protected:
  config::State store_{config::StateStore::file, folder_ / "state", {}};
};

TEST_F(StateLinkTest, ARestartGoesOnWithDrainsAndEjections) {
  {
    Instance before{log_, store_};
    before.health(first).drain("anna", Moment::now());
    before.health(second).eject(1h, "anna", Moment::now());
    before.settle();
  }

  Instance after{log_, store_};

  EXPECT_EQ(after.out(first), bit(upstream::Out::drained));
  EXPECT_EQ(after.out(second), bit(upstream::Out::ejected));
  const auto timeline = after.health(first).view().timeline;
  ASSERT_EQ(timeline.size(), 1U);
  EXPECT_EQ(to_string(timeline[0].actor), "earlier run");
  EXPECT_EQ(timeline[0].evidence.text, "operator anna");
}

TEST_F(StateLinkTest, ARestartForgetsADrainThatWasEnded) {
  {
    Instance before{log_, store_};
    before.health().drain("anna", Moment::now());
    before.settle();
    before.health().enable("anna", Moment::now());
    before.settle();
  }

  EXPECT_EQ((Instance{log_, store_}.out()), 0U);
}

TEST_F(StateLinkTest, ARestartBelievesWhatProbesHaveFound) {
  {
    Instance before{log_, store_};
    for (int i = 0; i < 3; ++i) before.health().probed({}, {}, Moment::now());
    before.settle();
  }

  EXPECT_EQ((Instance{log_, store_}.out()), bit(upstream::Out::unhealthy));
}

TEST_F(StateLinkTest, TheMemoryStoreForgetsAll) {
  store_.store = config::StateStore::memory;
  {
    Instance before{log_, store_};
    before.health().drain("anna", Moment::now());
    before.settle();
  }

  EXPECT_EQ((Instance{log_, store_}.out()), 0U);
}

TEST_F(StateLinkTest, ThreeRunsHaveOneSecret) {
  std::vector<std::string> secrets;
  for (int i = 0; i < 3; ++i) secrets.push_back(Instance{log_, store_}.link().sticky_secret());

  EXPECT_FALSE(secrets[0].empty());
  EXPECT_EQ(secrets[0], secrets[1]);
}

/// What another instance has decided at the very time of our ejection: that it is over.
class TieTest : public StateLinkTest {
 protected:
  void SetUp() override {
    HEADGATE_NEEDS("redis-server");
    redis_.emplace();
    store_ = {config::StateStore::redis, "", config::Redis{redis_->url(), "test:", 2s, 1h}};
    instance_.emplace(log_, store_);
    instance_->health().eject(1h, "anna", Moment::now());
    ASSERT_TRUE(turn_until([&] { return stored().find(base::instance_name()) != std::string::npos; }));
  }
  [[nodiscard]] std::string stored() const { return redis_->ask({"GET", "test:backend:web:10.0.0.1:80"}); }
  void end_it_as(const std::string& name) {
    state::Record other;
    other.put({state::Ejection{}, instance_->health().record().ejection->changed, name, "operator bob"});
    redis_->ask({"SET", "test:backend:web:10.0.0.1:80", state::to_text(other)});
    redis_->ask({"SET", "test:version", "another"});
  }
  [[nodiscard]] bool turn_until(const std::function<bool()>& condition) {
    return testing::wait_until([&] {
      instance_->settle();
      return condition();
    });
  }

  std::optional<testing::RedisServer> redis_;
  std::optional<Instance> instance_;
};

// Regression: the ledger followed, the endpoint did not.
TEST_F(TieTest, TheDecisionOfTheGreaterNameIsFollowed) {
  end_it_as("~");

  EXPECT_TRUE(turn_until([&] { return instance_->out() == 0; }));
}

TEST_F(TieTest, TheDecisionOfTheSmallerNameIsOverruled) {
  end_it_as("");

  EXPECT_TRUE(turn_until([&] { return stored().find(base::instance_name()) != std::string::npos; }));
  EXPECT_EQ(instance_->out(), bit(upstream::Out::ejected));
}

TEST_F(StateLinkTest, WaitsForAStoreThatIsAskedOverANetworkNotForEver) {
  const testing::FullBacklog silent;
  boost::asio::io_context context{1};
  upstream::HealthMonitor monitor{context, log_};
  config::State redis{config::StateStore::redis, "", config::Redis{"redis://" + silent.address(), "x:", 10s, 1h}};
  StateLink link{context, log_, monitor, redis, [] {}};
  link.watch({});

  const auto time = testing::time_of([&] { link.wait_for_store(50ms); });

  EXPECT_GE(time, 50ms);
  EXPECT_LT(time, 5s);
}

}  // namespace
}  // namespace headgate::app
