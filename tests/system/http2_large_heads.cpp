// Heads above what nghttp2 sends by itself (64 KiB).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/fake_upstream.hpp"
#include "support/http2_proxy.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

/// Lines of so many fields of 8,000 bytes.
std::string large_fields(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += "X-Large-" + std::to_string(i) + ": " + std::string(8'000, '~') + "\r\n";
  return lines;
}

TEST(Http2LargeHeads, ArriveAsFarAsTheLimitsAllow) {
  FakeUpstream upstream{reply(200, "hello", large_fields(25))};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream)).with("/limits/head_bytes", "256KiB")};
  Http2Client client{proxy.address()};

  const Http2Response response = client.response(client.get("/"));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.field("x-large-24").size(), 8'000u);
  EXPECT_EQ(response.body, "hello");
}

TEST(Http2LargeHeads, ThatOurRulesMakeTooLargeResetTheirStreamAndAreLogged) {
  FakeUpstream upstream{reply(200, "hello")};
  Config config = both_protocols(route_all_to(upstream)).with("/limits/head_bytes", "1KiB");
  for (int i = 0; i < 10; ++i)
    config = config.with("/routes/0/response_headers/set/X-Large-" + std::to_string(i), std::string(8'000, '~'));
  ProxyUnderTest proxy{config};
  Http2Client client{proxy.address()};

  const Http2Response response = client.response(client.get("/"));

  EXPECT_EQ(response.reset, static_cast<std::uint32_t>(NGHTTP2_INTERNAL_ERROR));
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_HEAD_TOO_LARGE")["origin"], "upstream");
}

TEST(Http2LargeHeads, OfRequestsReachABackendOverHttp2) {
  std::size_t bytes = 0;
  FakeUpstream upstream{FakeUpstream::Script{[&](UpstreamConnection& connection) {
    std::string unread = connection.read_some();
    while (unread.size() < 24) unread += connection.read_some();
    unread.erase(0, 24);
    connection.send(settings_frame());
    for (bool ended = false; !ended;) {
      const auto frame = take_frame(unread);
      if (!frame) {
        unread += connection.read_some();
        continue;
      }
      if (frame->type == NGHTTP2_HEADERS || frame->type == NGHTTP2_CONTINUATION) bytes += frame->payload.size();
      ended = frame->stream == 1 && frame->has(NGHTTP2_FLAG_END_HEADERS) &&
              (frame->type == NGHTTP2_HEADERS || frame->type == NGHTTP2_CONTINUATION);
    }
    connection.send(bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 1, "\x88"}));
    (void)connection.closes();
  }}};
  ProxyUnderTest proxy{
      route_all_to(upstream).with("/upstreams/origin/protocol", "h2").with("/limits/head_bytes", "256KiB")};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/", large_fields(25)).status, 200);
  EXPECT_GT(bytes, 150'000u);
}

}  // namespace
}  // namespace headgate::testing
