// Attacks on HTTP/2: each ends with GOAWAY and a cause before it costs memory or processor time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "support/http2_origin.hpp"
#include "support/http2_proxy.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

struct Flood {
  const char* name;
  const char* cause;
  /// One helping of it; again and again.
  std::function<std::string(Http2Client&, std::int32_t stream)> more;
  std::size_t bytes = 1'000'000;
};

std::ostream& operator<<(std::ostream& out, const Flood& flood) { return out << flood.name; }

const Flood floods[] = {
    {"RapidReset", "HTTP2_RESET_FLOOD",
     [](auto& client, auto stream) {
       return client.head_bytes(stream, http2_request("GET", "/")) + reset_frame(stream);
     }},
    {"Settings", "HTTP2_CONTROL_FLOOD",
     [](auto&, auto) {
       return settings_frame({{NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 20'000}});
     }},
    {"Ping", "HTTP2_CONTROL_FLOOD", [](auto&, auto) { return ping_frame(); }},
    {"Priority", "HTTP2_CONTROL_FLOOD",
     [](auto&, auto stream) {
       return bytes_of({NGHTTP2_PRIORITY, 0, stream, std::string(4, '\0') + "\x10"});
     }},
    {"WindowUpdates", "HTTP2_CONTROL_FLOOD", [](auto&, auto) { return window_frame(0, 1); }},
    {"EmptyData", "HTTP2_CONTROL_FLOOD",
     [](auto& client, auto stream) {
       return (stream == 1 ? client.head_bytes(1, http2_request("POST", "/"), false) : std::string{}) +
              data_frame(1, "");
     }},
    {"Padding", "HTTP2_CONTROL_FLOOD",
     [](auto& client, auto stream) {
       return (stream == 1 ? client.head_bytes(1, http2_request("POST", "/"), false) : std::string{}) +
              bytes_of({NGHTTP2_DATA, NGHTTP2_FLAG_PADDED, 1, std::string(1, '\0')});
     }},
    {"HeadersOfAStreamThatIsGone", "HTTP2_CONTROL_FLOOD",
     [](auto& client, auto stream) {
       return client.head_bytes(1, http2_request("GET", "/")) + (stream == 1 ? reset_frame(1) : std::string{});
     }},
    {"Continuations", "HTTP2_HEADER_FLOOD",
     [](auto& client, auto stream) {
       return stream == 1 ? bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_STREAM, 1,
                                      client.encoder().encode(http2_request("GET", "/"))})
                          : bytes_of({NGHTTP2_CONTINUATION, 0, 1, {}});
     }},
    {"HeaderBomb", "HTTP2_HEADER_FLOOD",
     [](auto& client, auto stream) {
       if (stream == 1) client.encoder().encode(FieldList{});
       FieldList fields = http2_request("GET", "/");
       for (int i = 0; i < 3'000; ++i) fields.emplace_back("x-bomb", std::string(3'000, 'x'));  // three bytes each
       return client.head_bytes(stream, fields);
     },
     30'000},  // each decodes to 9 MB, which takes the client its time too
};

/// Processor time from the first frame to the log line, unoptimised.
constexpr std::chrono::microseconds longest_work = 250ms;

/// The proxy closes in the middle of it.
void send_all_that_is_taken(Http2Client& client, const std::string& bytes) {
  try {
    client.send(bytes);
  } catch (const Disconnected&) {
  }
}

/// In the error log, without those about requests.
std::ptrdiff_t lines_about_connections(const ProxyUnderTest& proxy, std::string_view cause) {
  const auto lines = proxy.log();
  return std::count_if(lines.begin(), lines.end(),
                       [&](const LogRecord& line) { return line["cause"] == cause && line["request_id"].empty(); });
}

/// Since it had that memory (KiB), and had used that time of a processor.
void expect_cheap(const ProxyUnderTest& proxy, long rss_before, std::chrono::microseconds cpu_before) {
  if (sanitized) return;
  EXPECT_LT(proxy.peak_rss() - rss_before, 8 * 1024) << "KiB";
  EXPECT_LT(proxy.cpu_time() - cpu_before, longest_work) << "microseconds";
}

class Http2Floods : public ::testing::TestWithParam<Flood> {};

TEST_P(Http2Floods, EndInEnhanceYourCalmWithoutCost) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive_head();
    (void)connection.closes();
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};
  client.next(NGHTTP2_SETTINGS);
  const long before = proxy.rss();

  std::string bytes;
  for (std::int32_t stream = 1; stream < 40'000 && bytes.size() < GetParam().bytes; stream += 2)
    bytes += GetParam().more(client, stream);
  const auto cpu_before = proxy.cpu_time();
  send_all_that_is_taken(client, bytes);

  EXPECT_EQ(client.goaway(), static_cast<std::uint32_t>(NGHTTP2_ENHANCE_YOUR_CALM));
  EXPECT_EQ(proxy.wait_for_log(GetParam().cause)["client"], "127.0.0.1");
  EXPECT_EQ(lines_about_connections(proxy, GetParam().cause), 1);
  expect_cheap(proxy, before, cpu_before);
}

INSTANTIATE_TEST_SUITE_P(System, Http2Floods, ::testing::ValuesIn(floods),
                         [](const auto& test) { return std::string{test.param.name}; });

using Spoil = std::string (*)(Http2Client& client, std::int32_t stream);

/// Streams that end in our reset, one after the other, as many as are taken.
void expect_calm(Spoil spoilt) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive_head();
    (void)connection.closes();
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};
  client.next(NGHTTP2_SETTINGS);
  const long before = proxy.rss();
  const auto cpu_before = proxy.cpu_time();

  int resets = 0;
  try {
    for (std::int32_t stream = 1; stream < 1'000; stream += 2, ++resets) {
      client.send(spoilt(client, stream));
      client.response(stream);
    }
  } catch (const Disconnected&) {
  }

  EXPECT_EQ(resets, 200);
  EXPECT_EQ(client.goaway_code(), static_cast<std::uint32_t>(NGHTTP2_ENHANCE_YOUR_CALM));
  EXPECT_EQ(proxy.wait_for_log("HTTP2_RESET_FLOOD")["client"], "127.0.0.1");
  expect_cheap(proxy, before, cpu_before);
}

TEST(Http2Flood, OfResetsThatWeAreMadeToSendAreOverToo) {
  expect_calm([](auto& client, auto stream) {
    return client.head_bytes(stream, http2_request("GET", "/")) + window_frame(stream, 0x7fffffff);
  });
}

TEST(Http2Flood, OfBadHeadsAreOverToo) {
  expect_calm([](auto& client, auto stream) {
    return client.head_bytes(stream, http2_request("GET", "/", {{"connection", "x"}}));
  });
}

TEST(Http2Flood, StartNoExchangeForWhatWasResetInTheSameBreath) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};

  std::string bytes;
  for (std::int32_t stream = 1; stream < 200; stream += 2)
    bytes += client.head_bytes(stream, http2_request("GET", "/")) + reset_frame(stream);
  client.send(bytes + client.head_bytes(301, http2_request("GET", "/")));

  EXPECT_EQ(client.response(301).status, 200);
  EXPECT_LT(upstream.request_count(), 10u);
}

TEST(Http2Flood, IsTheCauseOfTheRequestsThatEndWithIt) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive_head();
    (void)connection.closes();
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};
  client.get("/waits");
  ASSERT_TRUE(wait_until([&] { return upstream.request_count() == 1; }));

  for (int i = 0; i < 1'010; ++i) client.send(ping_frame());

  EXPECT_TRUE(wait_until([&] {
    const auto lines = proxy.log();
    return std::any_of(lines.begin(), lines.end(), [](const LogRecord& line) {
      return line["cause"] == "HTTP2_CONTROL_FLOOD" && line["path"] == "/waits";
    });
  }));
  EXPECT_EQ(proxy.count_log("CLIENT_CLOSED"), 0u);
}

// Regression: a worker read on as long as there was something to read, and did nothing else meanwhile.
TEST(Http2Flood, LeavesTheWorkerToItsNeighbours) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream)).with("/workers", 1)};
  Http2Client client{proxy.address()};
  (void)client.response(client.get("/"));
  std::string frames;
  for (int i = 0; i < 50'000; ++i) frames += data_frame(1, "x");  // of a stream that is gone: read past
  std::atomic<bool> enough = false;
  std::thread flood{[&] {
    try {
      while (!enough) client.send(frames);
    } catch (const std::exception&) {
    }
  }};

  for (int i = 0; i < 10; ++i) {
    const auto began = Clock::now();
    Http2Client neighbour{proxy.address()};
    EXPECT_EQ(neighbour.response(neighbour.get("/")).status, 200);
    EXPECT_LT(Clock::now() - began, sanitized ? 5s : 1s);
  }

  enough = true;
  flood.join();
}

TEST(Http2Flood, OfABackendEndsItsConnection) {
  std::atomic<bool> let_go = false;
  FakeUpstream upstream{FakeUpstream::Script{[&](UpstreamConnection& connection) {
    Http2Origin origin{connection};
    const std::int32_t stream = origin.next_request();
    const std::string head =
        bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, stream, "\x88"});
    connection.send(head);
    (void)origin.next_request();  // runs when the flood comes
    std::string flood;
    for (int i = 0; i < 5'000; ++i) flood += head;
    try {
      for (int i = 0; i < 100; ++i) connection.send(flood);
    } catch (const Disconnected&) {
      let_go = true;
    }
  }}};
  ProxyUnderTest proxy{route_all_to(upstream)
                           .with("/upstreams/origin/protocol", "h2")
                           .with("/upstreams/origin/retry/attempts", 0)
                           .with("/workers", 1)};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/").status, 200);
  EXPECT_EQ(client.get("/").status, 502);

  (void)proxy.wait_for_log("UPSTREAM_HTTP2_ERROR");
  EXPECT_TRUE(wait_until([&] { return let_go.load(); }));
}

}  // namespace
}  // namespace headgate::testing
