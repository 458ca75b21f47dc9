// Extended CONNECT (RFC 8441) and CONNECT (RFC 9113 s8.5): what opens a tunnel on a stream of HTTP/2.
#include "http2_tunnel_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(Http2TunnelFlow, IsAnnounced) {
  open();

  EXPECT_THAT(settings, HasSubstr(std::string{"\0\x08\0\0\0\x01", 6}));
}

TEST_F(Http2TunnelFlow, AsksTheBackendAsAClientOfHttp11Would) {
  ask("/chat?room=1", {{"origin", "https://a"}, {"sec-websocket-key", "nonsense"}, {"cookie", "a=1"}});

  EXPECT_THAT(origin.head, StartsWith("GET /chat?room=1 HTTP/1.1\r\nHost: test.example\r\n"));
  EXPECT_THAT(origin.head, HasSubstr("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"));
  EXPECT_THAT(origin.head, HasSubstr("\r\nsec-websocket-version: 13\r\n"));
  EXPECT_THAT(origin.head, HasSubstr("\r\ncookie: a=1\r\n"));
  EXPECT_THAT(origin.head, Not(HasSubstr("nonsense")));
}

TEST_F(Http2TunnelFlow, AnswersWithASuccessAndNothingOfTheHandshake) {
  open();

  EXPECT_EQ(field("sec-websocket-protocol"), "chat");
  for (const char* name : {"sec-websocket-accept", "upgrade", "connection", "content-length", "transfer-encoding"})
    EXPECT_EQ(field(name), "(none)") << name;
  EXPECT_FALSE(ended);
  EXPECT_EQ(proxy.state().open_tunnels.value(), 1U);
  EXPECT_EQ(proxy.buffers_lent(), 0U);
}

TEST_F(Http2TunnelFlow, IsRefusedWhereTheRouteListsNone) {
  ask("/closed");

  EXPECT_EQ(status, "403");
  EXPECT_TRUE(proxy.upstreams().empty());
}

TEST_F(Http2TunnelFlow, IsRefusedWhereAnAnswerOfOursWouldLookLikeOne) {
  ask("/fixed");

  EXPECT_EQ(status, "403");
}

TEST_F(Http2TunnelFlow, IsOnlyForWebSockets) {
  send(http2_request("CONNECT", "/", {{":protocol", "connect-udp"}}));

  EXPECT_EQ(status, "501");
}

TEST_F(Http2TunnelFlow, PassesARefusalOfTheBackendOn) {
  origin.answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope";

  ask();

  EXPECT_EQ(status, "403");
  EXPECT_EQ(received, "nope");
  EXPECT_TRUE(ended);
}

TEST_F(Http2TunnelFlow, FailsOnASuccessThatOpensNone) {
  origin.answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage";

  ask();

  EXPECT_EQ(status, "502");
}

TEST_F(Http2TunnelFlow, FailsOnAnAnswerToAnotherKey) {
  origin.answer = "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n";

  ask();

  EXPECT_EQ(status, "502");
}

TEST_F(Http2TunnelFlow, IsOpenedByAPlainConnectToo) {
  send({{":method", "CONNECT"}, {":authority", "db.example:5432"}}, data_frame(1, "hello"));
  ASSERT_EQ(status, "200");
  upstream = proxy.upstreams().back();
  upstream->to_proxy = "welcome";
  settle();

  EXPECT_EQ(upstream->from_proxy, "hello");
  EXPECT_EQ(received, "welcome");
  upstream->peer_reset = true;
  settle();
  EXPECT_EQ(reset, static_cast<std::uint32_t>(NGHTTP2_CONNECT_ERROR));
}

TEST_F(Http2TunnelFlow, IsRefusedToAPlainConnectWhereNoRouteAllowsIt) {
  send({{":method", "CONNECT"}, {":authority", "other.example:443"}});

  EXPECT_EQ(status, "501");
}

}  // namespace
}  // namespace headgate::testing
