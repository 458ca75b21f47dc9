// Tunnels over wires in memory: what goes through them, and how they end.
#include "tunnel_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

class TunnelFlow : public ::testing::Test {
 protected:
  /// An open tunnel, its heads taken off the wires.
  void open() {
    client = proxy.client(asking());
    proxy.settle();
    ASSERT_THAT(client->from_proxy, StartsWith("HTTP/1.1 101 "));
    client->from_proxy.clear();
    upstream = proxy.upstreams().back();
  }

  FaultPlan faults;
  OneAnswer origin{switched};
  MemoryProxy proxy{tunnel_config, faults, std::ref(origin)};
  WirePtr client;
  WirePtr upstream;
};

TEST_F(TunnelFlow, OpensWithTheFieldsOfBothSides) {
  client = proxy.client(asking());
  proxy.settle();

  EXPECT_THAT(origin.head, HasSubstr("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"));
  EXPECT_THAT(origin.head, HasSubstr("\r\nSec-WebSocket-Key: k\r\n"));
  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\n"));
  EXPECT_THAT(client->from_proxy, HasSubstr("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"));
}

TEST_F(TunnelFlow, CarriesBytesBothWays) {
  open();

  client->to_proxy = "up";
  upstream->to_proxy = "down";
  proxy.settle();

  EXPECT_EQ(upstream->from_proxy, "up");
  EXPECT_EQ(client->from_proxy, "down");
}

TEST_F(TunnelFlow, SendsFirstWhatCameBehindTheHeads) {
  FaultPlan none;
  OneAnswer early{switched + "from upstream"};
  MemoryProxy other{tunnel_config, none, std::ref(early)};

  client = other.client(asking() + "from client");
  other.settle();

  EXPECT_EQ(other.upstreams().front()->from_proxy, "from client");
  EXPECT_THAT(client->from_proxy, EndsWith("\r\n\r\nfrom upstream"));
}

TEST_F(TunnelFlow, HoldsNoBufferWhileNothingComes) {
  open();

  EXPECT_EQ(proxy.buffers_lent(), 0U);
  EXPECT_EQ(proxy.state().open_tunnels.value(), 1U);
}

TEST_F(TunnelFlow, PassesTheEndOfOneWayOnAndGoesOnWithTheOther) {
  open();

  client->peer_closed = true;
  proxy.settle();
  EXPECT_TRUE(upstream->proxy_shut_down);
  EXPECT_FALSE(upstream->proxy_closed);
  upstream->to_proxy = "still here";
  proxy.settle();
  EXPECT_EQ(client->from_proxy, "still here");
  upstream->peer_closed = true;
  proxy.settle();

  EXPECT_TRUE(client->proxy_closed);
  EXPECT_TRUE(upstream->proxy_closed);
  EXPECT_FALSE(client->was_reset);
  EXPECT_EQ(proxy.sessions(), 0U);
  EXPECT_EQ(proxy.state().open_tunnels.value(), 0U);
}

TEST_F(TunnelFlow, PassesAResetOfTheUpstreamOnBehindItsLastBytes) {
  open();

  upstream->to_proxy = "last words";
  upstream->peer_reset = true;
  proxy.settle();

  EXPECT_EQ(client->from_proxy, "last words");
  EXPECT_TRUE(client->was_reset);
  EXPECT_EQ(proxy.sessions(), 0U);
}

TEST_F(TunnelFlow, PassesAResetOfTheClientOn) {
  open();

  client->peer_reset = true;
  proxy.settle();

  EXPECT_TRUE(upstream->was_reset);
  EXPECT_EQ(proxy.sessions(), 0U);
}

TEST_F(TunnelFlow, DoesNotReadFasterThanTheOtherSideTakes) {
  open();
  client->room = 10'000;

  upstream->to_proxy = std::string(5'000'000, 'x');
  proxy.settle();

  EXPECT_EQ(client->from_proxy.size(), 10'000U);
  EXPECT_GT(upstream->to_proxy.size(), 4'000'000U);
}

TEST_F(TunnelFlow, EndsWhenNothingMovesForTooLong) {
  open();

  proxy.advance(9s);
  EXPECT_EQ(proxy.sessions(), 1U);
  proxy.advance(1'100ms);

  EXPECT_EQ(proxy.sessions(), 0U);
  EXPECT_TRUE(client->proxy_closed);
  EXPECT_TRUE(upstream->proxy_closed);
}

TEST_F(TunnelFlow, IsNotIdleWhileOneWayIsBusy) {
  open();

  for (int second = 0; second < 40; second += 8) {
    proxy.advance(8s);
    client->to_proxy = "x";
    proxy.settle();
  }

  EXPECT_EQ(proxy.sessions(), 1U);
}

TEST_F(TunnelFlow, EndsWhenASideTakesNothingForTooLong) {
  open();
  client->room = 10;
  upstream->to_proxy = std::string(5'000, 'x');
  proxy.settle();

  proxy.advance(10'100ms);

  EXPECT_EQ(proxy.sessions(), 0U);
}

TEST_F(TunnelFlow, IsNotIdleWhileASideTakesTheBytesSlowly) {
  open();
  client->room = 10;
  upstream->to_proxy = std::string(5'000, 'x');
  proxy.settle();

  for (int second = 0; second < 40; second += 8) {
    proxy.advance(8s);
    client->room += 10;
    proxy.settle();
  }

  EXPECT_EQ(proxy.sessions(), 1U);
}

TEST_F(TunnelFlow, EndsWhenItIsCut) {
  open();

  proxy.cut();

  EXPECT_EQ(proxy.sessions(), 0U);
  EXPECT_TRUE(upstream->proxy_closed);
}

TEST_F(TunnelFlow, EndsWhenItIsCutInTheMiddleOfBytesBothWays) {
  open();
  client->room = upstream->room = 10;
  client->to_proxy = upstream->to_proxy = std::string(5'000, 'x');
  proxy.settle();

  proxy.cut();

  EXPECT_EQ(proxy.sessions(), 0U);
}

}  // namespace
}  // namespace headgate::testing
