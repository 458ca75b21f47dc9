#include "server/endpoint_pools.hpp"

#include <gtest/gtest.h>

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
      auto& resolved = endpoints_[to_string(endpoint)];
      if (!resolved.state) resolved.state = std::make_shared<upstream::EndpointState>(endpoint);
      resolved.addresses = net::resolve(endpoint).value();
    }
  }
  exchange::SnapshotPtr build() {
    auto plan = std::make_shared<exchange::Plan>(
        exchange::Plan{1, "", settings_, {}, route::RouteTable::build(settings_, {}), {}, {}, {}});
    return pools_.build(std::move(plan), endpoints_, 0);
  }

  config::Settings settings_;
  ResolvedEndpoints endpoints_;
  net::EventLoop loop_;
  base::BufferPool buffers_;
  EndpointPools pools_{loop_, buffers_, net::connect};
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

TEST_F(EndpointPoolsTest, GivesTwoUpstreamsWithOneBackendPoolsOfTheirOwn) {
  const auto snapshot = build();

  upstream::Pool& api = snapshot->clusters[0]->pool(0);
  upstream::Pool& web = snapshot->clusters[1]->pool(0);

  EXPECT_NE(&api, &web);
  EXPECT_EQ(&api.state(), &web.state()) << "but they count together";
}

TEST_F(EndpointPoolsTest, DropsThePoolThatNoSnapshotUses) {
  auto before = build();
  const std::weak_ptr<upstream::EndpointState> state = endpoints_.at("127.0.0.1:9002").state;
  settings_.upstreams.erase("web");
  endpoints_.erase("127.0.0.1:9002");

  const auto after = build();
  EXPECT_FALSE(state.expired()) << "running requests still use it";
  before.reset();

  EXPECT_TRUE(state.expired());
}

}  // namespace
}  // namespace headgate::server
