// Requests over HTTP/2 that are answered before they have ended.
#include <gtest/gtest.h>

#include <string>

#include "support/http2_proxy.hpp"

namespace headgate::testing {
namespace {

class Http2EarlyAnswer : public ::testing::Test {
 protected:
  [[nodiscard]] Config config() const { return both_protocols(route_all_to(upstream_)); }
  /// A request of which only the beginning is sent, and its answer is read.
  static std::int32_t answered(Http2Client& client) {
    const std::int32_t stream = client.request(http2_request("POST", "/"), false);
    client.send(data_frame(stream, "begun"));
    EXPECT_EQ(client.response(stream).body, "no");
    return stream;
  }

  FakeUpstream upstream_{[](UpstreamConnection& connection) {
    connection.receive_head();
    connection.send(reply(403, "no"));
    (void)connection.closes();
  }};
};

TEST_F(Http2EarlyAnswer, IsFollowedByAResetWhenTheClientDoesNotStop) {
  ProxyUnderTest proxy{config().with("/timeouts/client_linger", "100ms")};
  Http2Client client{proxy.address()};

  (void)answered(client);

  EXPECT_EQ(read32(client.next(NGHTTP2_RST_STREAM).payload), static_cast<std::uint32_t>(NGHTTP2_NO_ERROR));
}

TEST_F(Http2EarlyAnswer, LeavesTheClientTimeToEndItsRequest) {
  ProxyUnderTest proxy{config().with("/timeouts/client_linger", "1h")};
  Http2Client client{proxy.address()};

  const std::int32_t stream = answered(client);
  client.send(data_frame(stream, "more") + data_frame(stream, "end", true));

  EXPECT_EQ(client.response(client.get("/")).status, 403);
  EXPECT_EQ(client.so_far(stream).reset, std::nullopt);
}

/// As curl does, which has promised more.
TEST_F(Http2EarlyAnswer, IsWholeForAClientThatStopsShortOfTheLengthThatItGave) {
  Signal stopped;
  FakeUpstream slow{[&](UpstreamConnection& connection) {
    connection.receive_head();
    connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 10\r\n\r\nfirst");
    stopped.wait();
    connection.send("later");
    (void)connection.closes();
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(slow)).with("/http2/resets", 1)};
  Http2Client client{proxy.address()};

  for (int i = 0; i < 3; ++i) {
    const auto stream = client.request(http2_request("POST", "/", {{"content-length", "100"}}), false);
    while (client.so_far(stream).body.empty()) (void)client.next(NGHTTP2_DATA);
    client.send(data_frame(stream, "short", true));
    stopped.set();
    const Http2Response response = client.response(stream);

    EXPECT_EQ(response.body, "firstlater");
    EXPECT_EQ(response.reset, std::nullopt);
  }
  EXPECT_EQ(proxy.count_log("CLIENT_BAD_CONTENT_LENGTH"), 0U);
}

TEST_F(Http2EarlyAnswer, IsFollowedByAResetAtOnceWhenOthersWouldFindNoStream) {
  ProxyUnderTest proxy{config().with("/timeouts/client_linger", "1h").with("/http2/max_streams", 4)};
  Http2Client client{proxy.address()};

  for (int i = 0; i < 10; ++i) (void)answered(client);

  EXPECT_EQ(client.response(client.get("/")).status, 403);
}

TEST_F(Http2EarlyAnswer, DoesNotKeepADrainWaitingForever) {
  ProxyUnderTest proxy{config().with("/timeouts/client_linger", "1h").with("/timeouts/drain", "200ms")};
  Http2Client client{proxy.address()};
  (void)answered(client);

  proxy.signal(SIGTERM);

  EXPECT_EQ(proxy.wait_for_exit(), 0);
}

TEST_F(Http2EarlyAnswer, IsNoAttackOfAClientThatThenStops) {
  ProxyUnderTest proxy{config().with("/http2/resets", 10)};
  Http2Client client{proxy.address()};

  for (int i = 0; i < 50; ++i) client.send(reset_frame(answered(client)));

  EXPECT_EQ(client.response(client.get("/")).status, 403);
}

}  // namespace
}  // namespace headgate::testing
