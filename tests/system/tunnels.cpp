// Tunnels byte by byte: what the protocol inside does not matter for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string switched = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
const std::string upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

/// Switches protocols, then gives back what it gets; at the end of that it says goodbye.
void echo(UpstreamConnection& connection) {
  connection.receive_head();
  connection.send(switched);
  for (std::string piece = connection.read_some(); !piece.empty(); piece = connection.read_some())
    connection.send(piece);
  connection.send("goodbye");
  connection.half_close();
}

/// An open tunnel, its head read.
class TunnelClient : public RawClient {
 public:
  explicit TunnelClient(const ProxyUnderTest& proxy, const ConnectOptions& options = {})
      : RawClient{proxy.address(), options} {
    send(get_request("/", upgrade));
    EXPECT_THAT(read_head(), StartsWith("HTTP/1.1 101 "));
  }
};

TEST(Tunnels, PassAHalfCloseOnAndTheAnswerToIt) {
  FakeUpstream upstream{FakeUpstream::Script{echo}};
  ProxyUnderTest proxy{route_all_to(upstream).with("/logging/access", true)};
  TunnelClient client{proxy};

  client.send("hello");
  EXPECT_EQ(client.read_exactly(5), "hello");
  client.half_close();

  EXPECT_EQ(client.read_until_close(), "goodbye");
  EXPECT_EQ(client.ending(), Ending::closed);
  const LogRecord line = proxy.wait_for_access_log();
  EXPECT_EQ(line["status"], "101");
  EXPECT_EQ(line["tunnel"], "closed by client");
  EXPECT_EQ(line["bytes_received"], "5");
  EXPECT_EQ(line["bytes_sent"], "12");
  EXPECT_EQ(line["cause"], "");
}

TEST(Tunnels, PassAResetOfTheBackendOn) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive_head();
    connection.send(switched);
    connection.read_exactly(4);
    connection.reset();
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  TunnelClient client{proxy};

  client.send("now!");

  EXPECT_TRUE(client.closes());
  EXPECT_EQ(client.ending(), Ending::reset);
  EXPECT_EQ(proxy.wait_for_log("TUNNEL_UPSTREAM_RESET")["phase"], "tunnel");
}

TEST(Tunnels, PassAResetOfTheClientOn) {
  Signal reset;
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    connection.receive_head();
    connection.send(switched);
    EXPECT_TRUE(connection.closes());
    EXPECT_EQ(connection.ending(), Ending::reset);
    reset.set();
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  TunnelClient client{proxy};

  client.reset();

  reset.wait();
}

TEST(Tunnels, EndWhenTheyAreIdle) {
  FakeUpstream upstream{FakeUpstream::Script{echo}};
  ProxyUnderTest proxy{route_all_to(upstream).with("/upstreams/origin/timeouts/tunnel_idle", "200ms")};
  TunnelClient client{proxy};

  EXPECT_TRUE(client.closes());

  EXPECT_EQ(proxy.wait_for_log("TUNNEL_IDLE_TIMEOUT")["level"], "warn");
}

// Regression: a piece counted once it had left as a whole, and the kernel holds megabytes.
TEST(Tunnels, AreNotIdleWhileTheirBytesAreTakenSlowly) {
  FakeUpstream upstream{FakeUpstream::Script{[](UpstreamConnection& connection) {
    connection.receive_head();
    connection.send(switched);
    try {
      for (;;) connection.send(std::string(100'000, 'x'));
    } catch (const std::exception&) {  // the test has read enough
    }
  }}};
  ProxyUnderTest proxy{route_all_to(upstream).with("/upstreams/origin/timeouts/tunnel_idle", "500ms")};
  TunnelClient client{proxy, {.receive_buffer = 4096}};

  for (const auto end = Clock::now() + 3s; Clock::now() < end;) {
    ASSERT_EQ(client.read_exactly(2'000).size(), 2'000u);
    (void)wait_until([] { return false; }, 50ms);
  }

  EXPECT_EQ(proxy.count_log("TUNNEL_IDLE_TIMEOUT"), 0u);
}

TEST(Tunnels, GoOnOverAReloadThatTakesTheirRouteAndBackendAway) {
  FakeUpstream upstream{FakeUpstream::Script{echo}};
  FakeUpstream other{reply(200, "other")};
  ProxyUnderTest proxy{route_all_to(upstream)};
  TunnelClient client{proxy};

  ASSERT_EQ(proxy.reload(
                route_all_to(other).with("/routes/0/name", "renamed").with("/routes/0/upgrade", Value::of_json("[]"))),
            "applied");

  client.send("still");
  EXPECT_EQ(client.read_exactly(5), "still");
  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "other");
}

TEST(Tunnels, EndInPeaceDuringADrain) {
  FakeUpstream upstream{FakeUpstream::Script{echo}};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/drain", "20s")};
  const std::string address = proxy.address();
  TunnelClient client{proxy};

  proxy.signal(SIGTERM);
  EXPECT_TRUE(wait_until([&] { return !accepts_connections(address); }));
  client.send("drained");
  EXPECT_EQ(client.read_exactly(7), "drained");
  client.half_close();

  EXPECT_EQ(client.read_until_close(), "goodbye");
  EXPECT_EQ(proxy.wait_for_exit(), 0);
}

TEST(Tunnels, AreCutWhenTheDrainHasLastedTooLong) {
  FakeUpstream upstream{FakeUpstream::Script{echo}};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/drain", "200ms").with("/logging/access", true)};
  TunnelClient client{proxy};

  proxy.signal(SIGTERM);

  EXPECT_TRUE(client.closes());
  EXPECT_EQ(proxy.wait_for_exit(), 0);
  EXPECT_EQ(proxy.wait_for_access_log()["tunnel"], "cut");
  EXPECT_EQ(proxy.wait_for_log("DRAIN_TIMEOUT")["status"], "");
}

TEST(Tunnels, TakeAPlaceOfTheirBackend) {
  FakeUpstream upstream{FakeUpstream::Script{echo}};
  ProxyUnderTest proxy{route_all_to(upstream)
                           .with("/upstreams/origin/backends/0/max_connections", 1)
                           .with("/upstreams/origin/queue/size", 0)};
  TunnelClient client{proxy};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 503);
}

TEST(Tunnels, AreOpenedByConnectToTheBackendsOfTheirRoute) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    EXPECT_EQ(connection.read_exactly(4), "ping");
    connection.send("pong");
  }};
  ProxyUnderTest proxy{
      route_all_to(upstream).with("/routes/0/match/hosts/0", "db.example").with("/routes/0/connect", true)};
  RawClient client{proxy.address()};

  client.send("CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\nping");

  EXPECT_THAT(client.read_head(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(client.read_until_close(), "pong");
}

TEST(Tunnels, ToABackendThatIsNotThereAreBadGateways) {
  ProxyUnderTest proxy{route_all_to({"http://127.0.0.1:1"})
                           .with("/routes/0/match/hosts/0", "db.example")
                           .with("/routes/0/connect", true)};
  RawClient client{proxy.address()};

  const Response response = client.ask("CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\n");

  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(response.field("connection"), "close");
}

}  // namespace
}  // namespace headgate::testing
