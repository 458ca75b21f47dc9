// HTTP/2 to clients: what works, frame by frame.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/http2_proxy.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Http2, ServesARequestByPriorKnowledge) {
  FakeUpstream upstream{reply(200, "hello", "X-Origin: Yes\r\n")};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};

  const Http2Response response = client.response(client.get("/some?path", {{"cookie", "a=1"}, {"cookie", "b=2"}}));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  EXPECT_EQ(response.fields,
            (FieldList{{"x-origin", "Yes"}, {"date", response.field("date")}, {"content-length", "5"}}));
  EXPECT_EQ(upstream.last_request().target, "/some?path");
  EXPECT_EQ(upstream.last_request().field("cookie"), "a=1; b=2");
  EXPECT_EQ(upstream.last_request().field("x-forwarded-host"), "test.example");
}

TEST(Http2, IsToldFromHttp1ByItsFirstBytes) {
  FakeUpstream upstream{reply(200, "hello")};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  RawClient http1{proxy.address()};
  Http2Client http2{proxy.address(), {.preface = false}};

  http2.send_in_pieces(http2_requests({}));

  EXPECT_EQ(http2.response(http2.get("/")).body, "hello");
  EXPECT_EQ(http1.get("/").body, "hello");
}

TEST(Http2, IsNotSpokenUnlessTheListenerSaysSo) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send(http2_requests({http2_request("GET", "/")}));

  EXPECT_EQ(client.read_response().status, 505);
}

TEST(Http2, ASlowResponseHoldsNobodyUp) {
  Signal go_on;
  FakeUpstream upstream{[&](const Request& request) {
    if (request.target == "/slow") go_on.wait();
    return reply(200, request.target);
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};

  const auto slow = client.get("/slow");
  for (int i = 0; i < 50; ++i) {
    const std::string path = "/" + std::to_string(i);
    ASSERT_EQ(client.response(client.get(path)).body, path);
  }
  go_on.set();

  EXPECT_EQ(client.response(slow).body, "/slow");
}

TEST(Http2, CarriesBodiesBothWays) {
  FakeUpstream upstream{[](const Request& request) { return reply(200, request.body); }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};

  const auto known = client.request(http2_request("POST", "/", {{"content-length", "6"}}), false);
  const auto open = client.request(http2_request("POST", "/"), false);
  client.send(data_frame(open, "x") + data_frame(known, "abc") + data_frame(open, "yz", true));
  client.send(data_frame(known, "def", true));

  EXPECT_EQ(client.response(known).body, "abcdef");
  EXPECT_EQ(client.response(open).body, "xyz");
}

TEST(Http2, CarriesLargeBodiesBothWays) {
  FakeUpstream upstream{[](const Request& request) { return reply(200, request.body); }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};
  std::string large;
  for (int i = 0; i < 5'000; ++i) large += "line " + std::to_string(i) + "\n";

  const auto stream = client.request(http2_request("POST", "/"), false);
  std::size_t window = 65'535;  // of the connection, before it is told of more
  for (std::size_t at = 0; at < large.size(); at += 16'000) {
    const std::string part = large.substr(at, 16'000);
    while (window < part.size()) {
      const Http2Frame update = client.next(NGHTTP2_WINDOW_UPDATE);
      if (update.stream == 0) window += read32(update.payload);
    }
    window -= part.size();
    client.send(data_frame(stream, part, at + 16'000 >= large.size()));
  }

  EXPECT_TRUE(client.response(stream).body == large);
}

TEST(Http2, CarriesTrailersBothWays) {
  FakeUpstream upstream{
      raw_reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 2\r\n\r\n", After::keep)};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};

  const auto stream = client.request(http2_request("POST", "/", {{"te", "trailers"}}), false);
  client.send(data_frame(stream, "abc") + client.head_bytes(stream, {{"x-check", "1"}}));
  const Http2Response response = client.response(stream);

  EXPECT_EQ(response.body, "ok");
  EXPECT_THAT(response.trailers, ElementsAre(Pair("x-sum", "2")));
  EXPECT_EQ(upstream.last_request().trailer("x-check"), "1");
}

TEST(Http2, PassesInterimResponses) {
  FakeUpstream upstream{raw_reply(
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", After::keep)};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};

  const Http2Response response = client.response(client.get("/"));

  EXPECT_THAT(response.interim, ElementsAre(103));
  EXPECT_EQ(response.status, 200);
}

TEST(Http2, AnswersHeadWithTheHeadAlone) {
  FakeUpstream upstream{raw_reply("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", After::keep)};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};

  const Http2Response response = client.response(client.request(http2_request("HEAD", "/")));

  EXPECT_EQ(response.field("content-length"), "5");
  EXPECT_EQ(response.body, "");
}

TEST(Http2, ResetsAStreamWhoseResponseBreaksOff) {
  FakeUpstream upstream{raw_reply("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf")};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};

  const Http2Response response = client.response(client.get("/"));

  EXPECT_EQ(response.reset, static_cast<std::uint32_t>(NGHTTP2_INTERNAL_ERROR));
  EXPECT_FALSE(response.ended);
}

TEST(Http2, LeavesTheBackendWhenTheClientResetsItsStream) {
  Signal begun;
  Signal left;
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    connection.receive_head();
    begun.set();
    if (connection.closes()) left.set();
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};

  const auto stream = client.get("/");
  begun.wait();
  client.send(reset_frame(stream));

  left.wait();
  EXPECT_EQ(proxy.wait_for_log("CLIENT_CLOSED")["path"], "/");
}

TEST(Http2, LeavesAllBackendsWhenTheClientCloses) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive_head();
    (void)connection.closes();
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  {
    Http2Client client{proxy.address()};
    client.get("/1");
    client.get("/2");
    ASSERT_TRUE(wait_until([&] { return upstream.request_count() == 2; }));
  }

  EXPECT_TRUE(wait_until([&] { return upstream.open() == 0; }));
}

TEST(Http2, RetriesOnAnotherBackend) {
  FakeUpstream bad{raw_reply("", After::reset)};
  FakeUpstream good{reply(200, "good")};
  ProxyUnderTest proxy{both_protocols(route_all_to({bad.url(), good.url()}))};
  Http2Client client{proxy.address()};

  for (int i = 0; i < 4; ++i) EXPECT_EQ(client.response(client.get("/")).body, "good");

  EXPECT_GT(bad.request_count(), 0u);
}

TEST(Http2, AnswersForItself) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{both_protocols(saying("ready made"))
                           .with("/routes/0/match/path_prefix", "/said")
                           .with("/routes/1", Value::of_json(R"({"match": {"path": "/old"}, "redirect":
                                                               {"location": "/new"}})"))};
  Http2Client client{proxy.address()};

  const Http2Response missing = client.response(client.get("/nowhere", {{"accept", "application/json"}}));

  EXPECT_EQ(client.response(client.get("/said")).body, "ready made");
  EXPECT_EQ(client.response(client.get("/old")).field("location"), "/new");
  EXPECT_EQ(missing.status, 404);
  EXPECT_THAT(missing.body, ::testing::HasSubstr(missing.field("x-request-id")));
  EXPECT_FALSE(missing.has("connection"));
  EXPECT_EQ(client.response(client.request(http2_request("CONNECT", "/"))).reset,
            static_cast<std::uint32_t>(NGHTTP2_PROTOCOL_ERROR));
}

TEST(Http2, KeepsToTheLimitsOfRequests) {
  FakeUpstream upstream{[](const Request& request) { return reply(200, request.body); }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))
                           .with("/limits/body_bytes", "10")
                           .with("/limits/head_bytes", "2KiB")
                           .with("/timeouts/client_body_idle", "200ms")};
  Http2Client client{proxy.address()};

  const auto told = client.request(http2_request("POST", "/told", {{"content-length", "11"}}), false);
  const auto open = client.request(http2_request("POST", "/open"), false);
  const auto slow = client.request(http2_request("POST", "/slow"), false);
  client.send(data_frame(open, "12345678901"));

  EXPECT_EQ(client.response(told).status, 413);
  EXPECT_EQ(client.response(open).status, 413);
  EXPECT_EQ(client.response(slow).status, 408);
  EXPECT_EQ(client.response(client.get("/", {{"x", std::string(4'000, 'x')}})).status, 431);
  EXPECT_EQ(client.response(client.get("/", {{"x", "small"}})).status, 200);
}

TEST(Http2, IsNamedInTheAccessLog) {
  FakeUpstream upstream{reply(200, "hello")};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream)).with("/logging/access", true)};
  Http2Client client{proxy.address()};

  client.response(client.get("/seen"));
  const LogRecord record = proxy.wait_for_access_log();

  EXPECT_EQ(record["protocol"], "HTTP/2.0");
  EXPECT_EQ(record["path"], "/seen");
  EXPECT_EQ(record["bytes_sent"], "5");
}

}  // namespace
}  // namespace headgate::testing
