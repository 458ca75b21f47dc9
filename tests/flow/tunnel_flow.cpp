// Tunnels over wires in memory: what opens one, what goes through it, how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "memory_proxy.hpp"

namespace headgate::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

constexpr std::string_view config = R"({
  "listeners": [ { "address": "127.0.0.1:80" } ],
  "routes": [
    { "match": { "path_prefix": "/" }, "upstream": "web" },
    { "match": { "path_prefix": "/closed" }, "upstream": "web", "upgrade": [] },
    { "match": { "path_prefix": "/attach" }, "upstream": "web", "upgrade": ["tcp"] },
    { "match": { "hosts": ["db.example"] }, "upstream": "web", "connect": true } ],
  "upstreams": { "web": { "backends": ["http://10.0.0.1:80"], "timeouts": { "tunnel_idle": "10s" } } } })";

const std::string switched =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n";

std::string asking(const std::string& path = "/", const std::string& protocol = "websocket") {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: " + protocol +
         "\r\nSec-WebSocket-Key: k\r\n\r\n";
}

/// Answers the first head, and says no more by itself.
class Origin {
 public:
  explicit Origin(std::string answer) : answer_{std::move(answer)} {}
  void operator()(Wire& wire) {
    const std::size_t end = wire.from_proxy.find("\r\n\r\n");
    if (end == std::string::npos || answer_.empty()) return;
    head = wire.from_proxy.substr(0, end + 4);
    wire.from_proxy.erase(0, end + 4);
    wire.to_proxy += std::exchange(answer_, {});
  }
  std::string head;

 private:
  std::string answer_;
};

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
  Origin origin{switched};
  MemoryProxy proxy{config, faults, std::ref(origin)};
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
  Origin early{switched + "from upstream"};
  MemoryProxy other{config, none, std::ref(early)};

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

std::string answer_to(const std::string& request, const std::string& response, std::string* forwarded = nullptr) {
  FaultPlan faults;
  Origin origin{response};
  MemoryProxy proxy{config, faults, std::ref(origin)};
  const WirePtr client = proxy.client(request);
  proxy.settle();
  if (forwarded != nullptr) *forwarded = origin.head;
  return client->from_proxy;
}

TEST(Upgrades, AreRefusedAsWebSocketsWhereTheRouteListsNone) {
  EXPECT_THAT(answer_to(asking("/closed"), switched), StartsWith("HTTP/1.1 403 "));
}

TEST(Upgrades, ToOtherProtocolsAreLeftOutOfTheRequest) {
  std::string forwarded;

  const std::string answer =
      answer_to(asking("/", "h2c"), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", &forwarded);

  EXPECT_THAT(answer, EndsWith("\r\n\r\nok"));
  EXPECT_THAT(forwarded, Not(HasSubstr("pgrade")));
}

TEST(Upgrades, ThatTheUpstreamDeclinesLeaveBothConnectionsAsTheyWere) {
  FaultPlan faults;
  int asked = 0;
  MemoryProxy proxy{config, faults, [&](Wire& wire) {
                      if (wire.from_proxy.find("\r\n\r\n") == std::string::npos) return;
                      wire.from_proxy.clear();
                      ++asked;
                      wire.to_proxy += "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope";
                    }};

  const WirePtr client = proxy.client(asking() + asking());
  proxy.settle();

  EXPECT_EQ(asked, 2);
  EXPECT_EQ(proxy.upstreams().size(), 1U);
  EXPECT_THAT(client->from_proxy, EndsWith("nope"));
}

TEST(Upgrades, ThatNobodyAskedForFail) {
  EXPECT_THAT(answer_to("GET / HTTP/1.1\r\nHost: a\r\n\r\n", switched), StartsWith("HTTP/1.1 502 "));
}

TEST(Upgrades, ToAnotherProtocolThanWasAskedForFail) {
  EXPECT_THAT(answer_to(asking(), "HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"),
              StartsWith("HTTP/1.1 502 "));
  EXPECT_THAT(answer_to(asking(), "HTTP/1.1 101 S\r\nConnection: Upgrade\r\n\r\n"), StartsWith("HTTP/1.1 502 "));
}

TEST(Upgrades, ComeBehindInterimResponses) {
  EXPECT_THAT(answer_to(asking(), "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + switched),
              HasSubstr("\r\n\r\nHTTP/1.1 101 "));
}

TEST(Upgrades, OfHttp10AreIgnored) {
  std::string forwarded;

  const std::string answer = answer_to("GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                                       "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", &forwarded);

  EXPECT_THAT(answer, EndsWith("ok"));
  EXPECT_THAT(forwarded, Not(HasSubstr("pgrade")));
}

TEST(Upgrades, WithABodyBeginBehindIt) {
  FaultPlan faults;
  Origin origin{"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"};
  MemoryProxy proxy{config, faults, std::ref(origin)};

  const WirePtr client = proxy.client(
      "POST /attach HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 6\r\n\r\n{}");
  proxy.settle();
  EXPECT_EQ(client->from_proxy, "");
  client->to_proxy = "{  }raw";
  proxy.settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 101 "));
  EXPECT_EQ(proxy.upstreams().front()->from_proxy, "{}{  }raw");
}

TEST(Connect, OpensATunnelToABackend) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, [](Wire&) {}};

  const WirePtr client = proxy.client("CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\nhello");
  proxy.settle();
  proxy.upstreams().front()->to_proxy = "welcome";
  proxy.settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(client->from_proxy, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(client->from_proxy, EndsWith("\r\n\r\nwelcome"));
  EXPECT_EQ(proxy.upstreams().front()->from_proxy, "hello");
}

TEST(Connect, IsRefusedWhereNoRouteAllowsIt) {
  EXPECT_THAT(answer_to("CONNECT other.example:443 HTTP/1.1\r\nHost: other.example:443\r\n\r\n", ""),
              StartsWith("HTTP/1.1 501 "));
}

TEST(Connect, IsRefusedWithABody) {
  EXPECT_THAT(answer_to("CONNECT db.example:1 HTTP/1.1\r\nHost: db.example:1\r\nContent-Length: 1\r\n\r\nx", ""),
              StartsWith("HTTP/1.1 501 "));
}

}  // namespace
}  // namespace headgate::testing
