// What clients of HTTP/2 may not do (RFC 9113), after the cases of h2spec.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "support/http2_proxy.hpp"

namespace headgate::testing {
namespace {

constexpr std::uint8_t end_headers = NGHTTP2_FLAG_END_HEADERS;
constexpr std::uint8_t end_both = NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM;

class Http2Mistakes : public ::testing::Test {
 protected:
  FakeUpstream upstream_{[](const Request& request) { return reply(200, request.body); }};
  ProxyUnderTest proxy_{both_protocols(route_all_to(upstream_)).with("/timeouts/client_head", "600ms")};
};

struct BadHead {
  FieldList fields;
  const char* cause;
};

TEST_F(Http2Mistakes, OfAHeadResetItsStream) {
  const std::vector<BadHead> heads{
      {http2_request("GET", "/", {{"transfer-encoding", "chunked"}}), "CLIENT_BAD_FIELD"},
      {http2_request("GET", "/", {{"connection", "close"}}), "CLIENT_BAD_FIELD"},
      {http2_request("GET", "/", {{"te", "gzip"}}), "CLIENT_BAD_FIELD"},
      {http2_request("GET", "/", {{"X-Upper", "a"}}), "CLIENT_BAD_FIELD"},
      {http2_request("GET", "/", {{"x", "a\r\nhost: evil"}}), "CLIENT_BAD_FIELD"},
      {http2_request("GET", "/", {{":late", "a"}}), "CLIENT_BAD_PSEUDO_FIELD"},
      {http2_request("GET", "/", {{":path", "/again"}}), "CLIENT_BAD_PSEUDO_FIELD"},
      {http2_request("GET", ""), "CLIENT_BAD_PSEUDO_FIELD"},
      {http2_request("GET", "/", {{"host", "other.example"}}), "CLIENT_BAD_HOST"},
      {http2_request("GET", "/", {{"content-length", "3"}}), "CLIENT_BAD_CONTENT_LENGTH"},
      {{{":method", "GET"}, {":path", "/"}, {":authority", "a"}}, "CLIENT_BAD_PSEUDO_FIELD"},
  };
  Http2Client client{proxy_.address()};
  for (const BadHead& head : heads) {
    const std::size_t before = proxy_.count_log(head.cause);

    const Http2Response response = client.response(client.request(head.fields));

    EXPECT_EQ(response.reset, static_cast<std::uint32_t>(NGHTTP2_PROTOCOL_ERROR)) << head.cause;
    EXPECT_EQ(response.status, 0);
    EXPECT_EQ(proxy_.wait_for_log(head.cause, before)["status"], "");
  }

  EXPECT_EQ(client.response(client.get("/")).status, 200);  // the connection is none the worse
  EXPECT_EQ(upstream_.request_count(), 1u);
}

TEST_F(Http2Mistakes, OfABodysLengthResetItsStream) {
  Http2Client client{proxy_.address()};
  const auto more = client.request(http2_request("POST", "/more", {{"content-length", "3"}}), false);
  const auto less = client.request(http2_request("POST", "/less", {{"content-length", "3"}}), false);

  client.send(data_frame(more, "abcd", true) + data_frame(less, "ab", true));

  EXPECT_EQ(client.response(more).reset, static_cast<std::uint32_t>(NGHTTP2_PROTOCOL_ERROR));
  EXPECT_EQ(client.response(less).reset, static_cast<std::uint32_t>(NGHTTP2_PROTOCOL_ERROR));
  EXPECT_EQ(proxy_.wait_for_log("CLIENT_BAD_CONTENT_LENGTH", 1)["origin"], "client");
  for (const Request& request : upstream_.requests()) EXPECT_NE(request.body.size(), 3u);
}

TEST_F(Http2Mistakes, OfTrailersResetTheirStream) {
  const std::vector<FieldList> bad{{{":path", "/"}}, {{"content-length", "1"}}, {{"x", "a\nb"}}};
  Http2Client client{proxy_.address()};
  for (const FieldList& trailers : bad) {
    const auto stream = client.request(http2_request("POST", "/"), false);
    client.send(data_frame(stream, "abc") + client.head_bytes(stream, trailers));

    EXPECT_EQ(client.response(stream).reset, static_cast<std::uint32_t>(NGHTTP2_PROTOCOL_ERROR));
  }
}

TEST_F(Http2Mistakes, InTheMiddleOfTheStreamDoNotEndIt) {
  Http2Client client{proxy_.address()};
  const auto stream = client.request(http2_request("POST", "/"), false);

  client.send(client.head_bytes(stream, {{"x", "y"}}, false));  // trailers without the end

  EXPECT_EQ(client.response(stream).reset, static_cast<std::uint32_t>(NGHTTP2_PROTOCOL_ERROR));
}

struct ConnectionError {
  const char* name;
  std::function<std::string(Http2Client&)> bytes;
  std::uint32_t code;
};

const ConnectionError connection_errors[] = {
    {"DataOnStreamZero", [](auto&) { return data_frame(0, "x"); }, NGHTTP2_PROTOCOL_ERROR},
    {"DataOnAnIdleStream", [](auto&) { return data_frame(9, "x"); }, NGHTTP2_PROTOCOL_ERROR},
    {"DataBehindTheEnd",
     [](auto& client) {
       return client.head_bytes(1, http2_request("POST", "/"), false) + data_frame(1, "a", true) + data_frame(1, "b");
     },
     NGHTTP2_STREAM_CLOSED},
    {"DataWithTooMuchPadding",
     [](auto& client) {
       return client.head_bytes(1, http2_request("POST", "/"), false) + bytes_of({NGHTTP2_DATA, NGHTTP2_FLAG_PADDED, 1,
                                                                                  "\x09"
                                                                                  "abc"});
     },
     NGHTTP2_PROTOCOL_ERROR},
    {"HeadersOnAnEvenStream", [](auto& client) { return client.head_bytes(2, http2_request("GET", "/")); },
     NGHTTP2_PROTOCOL_ERROR},
    {"HeadersOnStreamZero", [](auto& client) { return client.head_bytes(0, http2_request("GET", "/")); },
     NGHTTP2_PROTOCOL_ERROR},
    {"HeadersThatAreNoHpack",
     [](auto&) {
       return bytes_of({NGHTTP2_HEADERS, end_both, 1, std::string(4, '\xff')});
     },
     NGHTTP2_COMPRESSION_ERROR},
    {"ContinuationOfNothing",
     [](auto&) {
       return bytes_of({NGHTTP2_CONTINUATION, end_headers, 1, "x"});
     },
     NGHTTP2_PROTOCOL_ERROR},
    {"AnotherFrameInsideOfAHead",
     [](auto& client) {
       return bytes_of(
                  {NGHTTP2_HEADERS, NGHTTP2_FLAG_END_STREAM, 1, client.encoder().encode(http2_request("GET", "/"))}) +
              ping_frame();
     },
     NGHTTP2_PROTOCOL_ERROR},
    {"OverlongFrame",
     [](auto&) {
       return bytes_of({NGHTTP2_DATA, 0, 1, std::string(16'385, 'x')});
     },
     NGHTTP2_FRAME_SIZE_ERROR},
    {"SettingsOfAnOddSize",
     [](auto&) {
       return bytes_of({NGHTTP2_SETTINGS, 0, 0, "xyz"});
     },
     NGHTTP2_FRAME_SIZE_ERROR},
    {"SettingsOnAStream",
     [](auto&) {
       return bytes_of({NGHTTP2_SETTINGS, 0, 1, {}});
     },
     NGHTTP2_PROTOCOL_ERROR},
    {"AcknowledgementWithContent",
     [](auto&) {
       return bytes_of({NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, "x"});
     },
     NGHTTP2_FRAME_SIZE_ERROR},
    {"WindowTooLargeInSettings",
     [](auto&) {
       return settings_frame({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0x80000000U}});
     },
     NGHTTP2_FLOW_CONTROL_ERROR},
    {"FrameSizeTooSmallInSettings",
     [](auto&) {
       return settings_frame({{NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 100}});
     },
     NGHTTP2_PROTOCOL_ERROR},
    {"PushEnabledByTwo",
     [](auto&) {
       return settings_frame({{NGHTTP2_SETTINGS_ENABLE_PUSH, 2}});
     },
     NGHTTP2_PROTOCOL_ERROR},
    {"PingOfAnotherSize", [](auto&) { return ping_frame("1234"); }, NGHTTP2_FRAME_SIZE_ERROR},
    {"PingOnAStream",
     [](auto&) {
       return bytes_of({NGHTTP2_PING, 0, 1, "12345678"});
     },
     NGHTTP2_PROTOCOL_ERROR},
    {"WindowUpdateOfNothing", [](auto&) { return window_frame(0, 0); }, NGHTTP2_PROTOCOL_ERROR},
    {"WindowThatOverflows", [](auto&) { return window_frame(0, 0x7fffffff); }, NGHTTP2_FLOW_CONTROL_ERROR},
    {"WindowUpdateOfAnIdleStream", [](auto&) { return window_frame(7, 1); }, NGHTTP2_PROTOCOL_ERROR},
    {"ResetOfAnIdleStream", [](auto&) { return reset_frame(7); }, NGHTTP2_PROTOCOL_ERROR},
    {"ResetOfAnotherSize",
     [](auto&) {
       return bytes_of({NGHTTP2_RST_STREAM, 0, 1, "x"});
     },
     NGHTTP2_FRAME_SIZE_ERROR},
    {"PushFromAClient",
     [](auto&) {
       return bytes_of({NGHTTP2_PUSH_PROMISE, end_headers, 1, number32(2)});
     },
     NGHTTP2_PROTOCOL_ERROR},
    {"GoawayOnAStream",
     [](auto&) {
       return bytes_of({NGHTTP2_GOAWAY, 0, 1, number32(0) + number32(0)});
     },
     NGHTTP2_PROTOCOL_ERROR},
};

TEST_F(Http2Mistakes, OfTheConnectionEndItWithTheirCode) {
  std::size_t told = 0;
  for (const ConnectionError& error : connection_errors) {
    Http2Client client{proxy_.address()};
    client.send(error.bytes(client));

    EXPECT_EQ(client.goaway(), error.code) << error.name;
    EXPECT_TRUE(client.closes()) << error.name;
    EXPECT_NE(proxy_.wait_for_log("HTTP2_PROTOCOL_ERROR", told++)["detail"], "") << error.name;
  }
}

TEST_F(Http2Mistakes, AreNotWhatLaterVersionsMayAdd) {
  Http2Client client{proxy_.address()};

  client.send(bytes_of({0x55, 0xff, 0, "of a type that nobody knows"}) + settings_frame({{0x5555, 7}}));

  EXPECT_EQ(client.response(client.get("/")).status, 200);
}

TEST_F(Http2Mistakes, InThePrefaceEndTheConnection) {
  ProxyUnderTest only_http2{route_all_to(upstream_).with("/listeners/0/protocols", Value::of_json(R"(["h2"])"))};
  Stream client{connect_to(only_http2.address())};

  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

  EXPECT_TRUE(client.closes());
  EXPECT_EQ(only_http2.wait_for_log("HTTP2_PROTOCOL_ERROR")["detail"], "no preface of HTTP/2");
}

TEST_F(Http2Mistakes, IncludeSettingsThatAreNeverAcknowledged) {
  Http2Client client{proxy_.address(), {.acknowledges = false}};

  EXPECT_EQ(client.goaway(), static_cast<std::uint32_t>(NGHTTP2_SETTINGS_TIMEOUT));
  EXPECT_EQ(proxy_.wait_for_log("HTTP2_SETTINGS_TIMEOUT")["client"], "127.0.0.1");
}

TEST_F(Http2Mistakes, IncludeHeadsThatTrickleIn) {
  Http2Client client{proxy_.address()};
  client.next(NGHTTP2_SETTINGS);

  client.send(bytes_of({NGHTTP2_HEADERS, 0, 1, client.encoder().encode(http2_request("GET", "/"))}));

  EXPECT_EQ(client.goaway(), static_cast<std::uint32_t>(NGHTTP2_ENHANCE_YOUR_CALM));
  EXPECT_EQ(proxy_.wait_for_log("CLIENT_HEAD_TIMEOUT")["client"], "127.0.0.1");
}

TEST_F(Http2Mistakes, IncludeMoreStreamsThanAreTaken) {
  FakeUpstream slow{[](UpstreamConnection& connection) {
    connection.receive_head();
    (void)connection.closes();
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(slow)).with("/http2/max_streams", 3)};
  Http2Client client{proxy.address()};
  client.next(NGHTTP2_SETTINGS);

  for (int i = 0; i < 4; ++i) client.get("/");

  EXPECT_EQ(client.goaway(), static_cast<std::uint32_t>(NGHTTP2_PROTOCOL_ERROR));
  EXPECT_LE(slow.request_count(), 3u);
}

}  // namespace
}  // namespace headgate::testing
