// Settings of HTTP/2, from the configuration to the frames in which a peer sees them.
#include <gtest/gtest.h>

#include <string>

#include "support/http2_origin.hpp"
#include "support/http2_proxy.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

constexpr std::uint32_t first_window = 65'535;  // RFC 9113 s6.9.2

/// Of the next WINDOW_UPDATE on that stream.
std::uint32_t next_window(Http2Client& client, std::int32_t stream) {
  for (;;)
    if (const Http2Frame frame = client.next(NGHTTP2_WINDOW_UPDATE); frame.stream == stream)
      return read32(frame.payload);
}

TEST(Http2Settings, AreToldToClients) {
  ProxyUnderTest proxy{both_protocols(saying("x"))
                           .with("/http2/max_streams", 7)
                           .with("/http2/header_table_bytes", 1024)
                           .with("/limits/head_bytes", "16KiB")};
  Http2Client client{proxy.address()};

  const std::string told = client.next(NGHTTP2_SETTINGS).payload;

  EXPECT_EQ(setting(told, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS), 7U);
  EXPECT_EQ(setting(told, NGHTTP2_SETTINGS_HEADER_TABLE_SIZE), 1024U);
  EXPECT_EQ(setting(told, NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE), 16U * 1024);
}

TEST(Http2Settings, OfWindowsAreGivenToClients) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))
                           .with("/http2/max_streams", 1)
                           .with("/http2/stream_window", "128KiB")
                           .with("/http2/connection_window", "1MiB")};
  Http2Client client{proxy.address()};

  EXPECT_EQ(next_window(client, 0), 2 * 1024 * 1024 - first_window) << "twice: it is given back by halves";
  const auto upload = client.request(http2_request("POST", "/"), false);
  client.send(data_frame(upload, "x"));
  EXPECT_EQ(next_window(client, upload), 128U * 1024 - 64 * 1024) << "once it flows";
  client.send(data_frame(upload, "y", true));
  EXPECT_EQ(client.response(upload).status, 200);
}

TEST(Http2Settings, OfTheHeaderTableHoldForWhatWeSend) {
  const auto second_head = [](int bytes) {
    ProxyUnderTest proxy{both_protocols(saying("x"))
                             .with("/http2/header_table_bytes", bytes)
                             .with("/routes/0/response_headers/set/X-Long", std::string(200, 'x'))};
    Http2Client client{proxy.address()};
    client.response(client.get("/"));
    client.get("/");
    return client.next(NGHTTP2_HEADERS).payload.size();
  };

  EXPECT_LT(second_head(4096), 50U) << "refers to the first";
  EXPECT_GT(second_head(0), 100U) << "is whole";
}

TEST(Http2Settings, OfAnUpstreamAreToldToBackends) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    Http2Origin origin{connection};
    for (;;) {
      const std::int32_t stream = origin.next_request();
      const auto told = [&](std::uint16_t id) { return std::to_string(setting(origin.settings(), id).value_or(0)); };
      origin.respond(stream,
                     told(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE) + " " + told(NGHTTP2_SETTINGS_HEADER_TABLE_SIZE));
    }
  }};
  ProxyUnderTest proxy{route_all_to(upstream)
                           .with("/upstreams/origin/protocol", "h2")
                           .with("/upstreams/origin/http2/stream_window", "512KiB")
                           .with("/upstreams/origin/http2/header_table_bytes", 2048)};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "524288 2048");
}

}  // namespace
}  // namespace headgate::testing
