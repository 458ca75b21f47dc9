#include "server/endpoint_pools.hpp"

#include <gtest/gtest.h>

#include <array>

#include "config/grammar.hpp"
#include "net/event_loop.hpp"

namespace headgate::server {
namespace {

class EndpointPoolsTest : public ::testing::Test {
 protected:
  EndpointPoolsTest() {
    add_upstream("web", {9001, 9002});
    add_upstream("api", {9001});
  }
  void add_upstream(const std::string& name, std::initializer_list<std::uint16_t> ports) {
    config::Upstream& upstream = settings_.upstreams[name];
    upstream.name = name;
    for (const std::uint16_t port : ports) {
      const Endpoint endpoint{"127.0.0.1", port, ""};
      upstream.backends.push_back({endpoint, 1});
      auto& resolved = endpoints_[upstream::endpoint_key(name, endpoint)];
      if (!resolved.state) resolved.state = std::make_shared<upstream::EndpointState>(name, endpoint);
      resolved.addresses = net::resolve(endpoint).value();
    }
  }
  exchange::SnapshotPtr build() {
    auto plan = std::make_shared<exchange::Plan>(
        exchange::Plan{1, "", settings_, {}, route::RouteTable::build(settings_, {}), {}, {}, {}, {}, {}});
    std::vector<std::string> names;
    for (const auto& [name, upstream] : settings_.upstreams) names.push_back(name);
    plan->tls_clients.resize(names.size());
    plan->traffic = counters_.table({}, names);
    return pools_.build(std::move(plan), endpoints_);
  }

  config::Settings settings_;
  observe::TrafficRegistry counters_{1};
  ResolvedEndpoints endpoints_;
  net::EventLoop loop_;
  base::BufferPool buffers_;
  EndpointPools pools_{loop_, buffers_, net::connect, 0};
};

TEST_F(EndpointPoolsTest, BuildsAClusterForEachUpstreamInOrder) {
  const auto snapshot = build();

  ASSERT_EQ(snapshot->clusters.size(), 2U);
  EXPECT_EQ(snapshot->clusters[0]->name(), "api");
  EXPECT_EQ(snapshot->clusters[1]->name(), "web");
  EXPECT_EQ(snapshot->clusters[1]->size(), 2U);
}

TEST_F(EndpointPoolsTest, PassesTheUpstreamsSettingsOn) {
  settings_.upstreams["api"].timeouts.connect = std::chrono::milliseconds{7};
  settings_.upstreams["api"].timeouts.first_byte = std::chrono::milliseconds{8};
  settings_.upstreams["api"].timeouts.idle = std::chrono::milliseconds{9};
  settings_.upstreams["api"].preserve_host = false;

  const auto snapshot = build();

  const upstream::Cluster& api = *snapshot->clusters[0];
  EXPECT_EQ(api.options().connect.count(), 7);
  EXPECT_EQ(api.options().timeouts.first_byte.count(), 8);
  EXPECT_EQ(api.options().timeouts.idle.count(), 9);
  EXPECT_FALSE(api.preserve_host());
}

TEST_F(EndpointPoolsTest, KeepsThePoolOfABackendOverAReload) {
  const auto before = build();
  upstream::Pool* const kept = &before->clusters[1]->pool(0);

  add_upstream("another", {9003});
  const auto after = build();

  EXPECT_EQ(&after->clusters[2]->pool(0), kept);
}

TEST_F(EndpointPoolsTest, GivesTwoUpstreamsWithOneBackendPoolsAndStatesOfTheirOwn) {
  const auto snapshot = build();

  upstream::Pool& api = snapshot->clusters[0]->pool(0);
  upstream::Pool& web = snapshot->clusters[1]->pool(0);

  EXPECT_NE(&api, &web);
  EXPECT_NE(&api.state(), &web.state());
}

TEST_F(EndpointPoolsTest, BuildsWhatTheConfigurationSaysOfBackends) {
  settings_.upstreams["api"].backends[0].max_connections = 1;
  settings_.upstreams["web"].backends[0].backup = true;
  settings_.upstreams["web"].sticky.emplace().secret = "0123456789abcdef";
  const auto snapshot = build();
  upstream::Cluster& api = *snapshot->clusters[0];
  upstream::Cluster& web = *snapshot->clusters[1];
  const RequestHead request;

  const auto slot = api.take_slot({request, ""}, {});
  EXPECT_EQ(api.take_slot({request, ""}, {}).error().cause, Cause::queue_full);
  EXPECT_EQ(web.take_slot({request, ""}, {})->index(), 1U);
  EXPECT_EQ(api.set_cookie_line(0), "");
  EXPECT_NE(web.set_cookie_line(0), "");
}

TEST_F(EndpointPoolsTest, KnowsEveryStrategyOfTheConfiguration) {
  for (const std::string& strategy : config::strategy_names()) {
    settings_.upstreams["web"].strategy = strategy;
    const RequestHead request;

    EXPECT_TRUE(build()->clusters[1]->take_slot({request, "192.0.2.1"}, {})) << strategy;
  }
}

TEST_F(EndpointPoolsTest, HashesByWhatTheConfigurationNames) {
  config::Upstream& web = settings_.upstreams["web"];
  web.strategy = "hash";
  web.hash = {config::HashSource::header, "X-Tenant", 0};
  const auto snapshot = build();
  const auto picked = [&](std::string_view tenant) {
    RequestHead request;
    request.fields = {{"x-tenant", tenant, FieldId::other, false}};
    return snapshot->clusters[1]->take_slot({request, ""}, {})->index();
  };

  std::array<int, 2> seen{};
  for (int tenant = 0; tenant < 20; ++tenant) {
    const std::string name = std::to_string(tenant);
    ++seen.at(picked(name));
    EXPECT_EQ(picked(name), picked(name));
  }
  EXPECT_GT(seen[0], 0);
  EXPECT_GT(seen[1], 0);
}

TEST_F(EndpointPoolsTest, KeepsTheQueueOfAnUpstreamOverAReload) {
  const auto before = build();
  settings_.upstreams["api"].queue.size = 1;
  const auto after = build();

  EXPECT_EQ(&after->clusters[0]->queue(), &before->clusters[0]->queue());
  EXPECT_NE(&after->clusters[0]->queue(), &after->clusters[1]->queue());
}

TEST_F(EndpointPoolsTest, DropsThePoolThatNoSnapshotUses) {
  auto before = build();
  const std::weak_ptr<upstream::EndpointState> state = endpoints_.at("web 127.0.0.1:9002").state;
  settings_.upstreams.erase("web");
  endpoints_.erase("web 127.0.0.1:9002");

  const auto after = build();
  EXPECT_FALSE(state.expired()) << "running requests still use it";
  before.reset();

  EXPECT_TRUE(state.expired());
}

}  // namespace
}  // namespace headgate::server
