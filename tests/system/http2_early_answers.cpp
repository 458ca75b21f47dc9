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
