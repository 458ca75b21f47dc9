// Messages over HTTP/2 whose bytes use the peer's window up exactly, and whose end comes later: it needs no window.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support/http2_origin.hpp"
#include "support/http2_proxy.hpp"

namespace headgate::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

/// What a client gets that has given window for 100 bytes, when a chunked response of so many ends so.
Http2Response response_that_ends(const std::string& end) {
  Signal window_is_used;
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    connection.receive_head();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" + std::string(100, 'x') + "\r\n");
    window_is_used.wait();
    connection.send(end);
    (void)connection.closes();
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address(), {.gives_window = false, .stream_window = 100}};
  const auto stream = client.get("/");
  while (client.so_far(stream).body.size() < 100) (void)client.next(NGHTTP2_DATA);
  window_is_used.set();
  return client.response(stream);
}

TEST(Http2ExactWindow, HasRoomForTheEndOfAResponse) {
  const Http2Response response = response_that_ends("0\r\n\r\n");

  EXPECT_TRUE(response.ended);
  EXPECT_EQ(response.reset, std::nullopt);
  EXPECT_TRUE(response.trailers.empty());
}

TEST(Http2ExactWindow, HasRoomForTheTrailersOfAResponse) {
  const Http2Response response = response_that_ends("0\r\nX-Sum: 1\r\n\r\n");

  EXPECT_TRUE(response.ended);
  EXPECT_THAT(response.trailers, ElementsAre(Pair("x-sum", "1")));
}

TEST(Http2ExactWindow, HasRoomForTheEndOfARequest) {
  constexpr std::size_t window = 65'535;  // RFC 9113 s6.9.2
  Signal window_is_used;
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    Http2Origin origin{connection};
    const auto stream = origin.next_request();
    for (std::size_t came = 0; came < window;) came += origin.next(NGHTTP2_DATA).payload.size();
    window_is_used.set();
    EXPECT_TRUE(origin.next().has(NGHTTP2_FLAG_END_STREAM));
    origin.respond(stream, "whole");
    (void)origin.next_request();
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream)).with("/upstreams/origin/protocol", "h2")};
  Http2Client client{proxy.address()};

  const auto stream = client.request(http2_request("POST", "/"), false);
  for (std::size_t left = window; left != 0;) {
    const std::size_t part = std::min<std::size_t>(left, 16'384);
    client.send(data_frame(stream, std::string(part, 'u')));
    left -= part;
  }
  window_is_used.wait();
  client.send(data_frame(stream, "", true));

  EXPECT_EQ(client.response(stream).body, "whole");
}

}  // namespace
}  // namespace headgate::testing
