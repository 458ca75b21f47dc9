#include <gtest/gtest.h>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

Reply target_as_body(const Request& request) { return reply(200, request.target); }

TEST(KeepAlive, ServesManyRequestsOnOneConnection) {
  FakeUpstream upstream{target_as_body};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  for (int i = 0; i < 50; ++i) {
    const Response response = client.get("/" + std::to_string(i));

    ASSERT_EQ(response.status, 200);
    ASSERT_EQ(response.body, "/" + std::to_string(i));
    ASSERT_FALSE(response.has("connection"));
  }
}

TEST(KeepAlive, AHeadThatArrivesByteByByteIsUnderstood) {
  FakeUpstream upstream{target_as_body};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send_in_pieces(RawClient::post_request("/slow", "body", "X-Field: value\r\n"));
  const Response response = client.read_response();

  EXPECT_EQ(response.body, "/slow");
  EXPECT_EQ(upstream.last_request().body, "body");
  EXPECT_EQ(upstream.last_request().field("X-Field"), "value");
}

TEST(KeepAlive, ClosesWhenTheClientAsksForIt) {
  FakeUpstream upstream{target_as_body};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  const Response response = client.get("/", "Connection: close\r\n");

  EXPECT_EQ(response.field("connection"), "close");
  EXPECT_TRUE(client.closes());
  EXPECT_EQ(client.ending(), Ending::closed);
}

TEST(KeepAlive, AnEmptyLineBeforeARequestIsForgiven) {
  FakeUpstream upstream{target_as_body};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.ask("\r\n" + RawClient::get_request("/a")).status, 200);
  EXPECT_EQ(client.ask("\r\n" + RawClient::get_request("/b")).body, "/b");
}

TEST(KeepAlive, TheUpstreamsConnectionFieldIsNotTheClients) {
  FakeUpstream upstream{reply(200, "x", "Connection: close\r\n")};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  EXPECT_FALSE(client.get("/").has("connection"));
  EXPECT_EQ(client.get("/").status, 200);
}

TEST(Pipelining, AnswersComeInTheOrderOfTheRequests) {
  FakeUpstream upstream{target_as_body};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  std::string requests;
  for (int i = 0; i < 100; ++i) requests += RawClient::get_request("/" + std::to_string(i));
  client.send(requests);

  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.read_response().body, "/" + std::to_string(i));
}

TEST(Pipelining, BodiesOfDifferentFramingFollowEachOther) {
  FakeUpstream upstream{[](const Request& request) { return reply(200, request.target + "=" + request.body); }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};
  const std::string chunked = "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

  client.send(RawClient::post_request("/a", "one") + chunked + chunk("tw") + chunk("o") + chunk("") + "\r\n" +
              RawClient::get_request("/c") + RawClient::post_request("/d", "four"));

  EXPECT_EQ(client.read_response().body, "/a=one");
  EXPECT_EQ(client.read_response().body, "/b=two");
  EXPECT_EQ(client.read_response().body, "/c=");
  EXPECT_EQ(client.read_response().body, "/d=four");
}

TEST(Pipelining, NothingAfterAClosingRequestIsServed) {
  FakeUpstream upstream{target_as_body};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send(RawClient::get_request("/last", "Connection: close\r\n") + RawClient::get_request("/ignored"));

  EXPECT_EQ(client.read_response().body, "/last");
  EXPECT_EQ(client.read_until_close(), "");
  EXPECT_EQ(upstream.request_count(), 1U);
}

TEST(Http10, ClosesByDefault) {
  FakeUpstream upstream{target_as_body};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  const Response response = client.ask("GET /old HTTP/1.0\r\nHost: h\r\n\r\n");

  EXPECT_EQ(response.body, "/old");
  EXPECT_TRUE(client.closes());
  EXPECT_EQ(upstream.last_request().start_line, "GET /old HTTP/1.1");
}

TEST(Http10, KeepsTheConnectionWhenAskedAndSaysSo) {
  FakeUpstream upstream{target_as_body};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};
  const std::string request = "GET /old HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n";

  const Response first = client.ask(request);
  const Response second = client.ask(request);

  EXPECT_TRUE(equals_ignoring_case(first.field("connection"), "keep-alive"));
  EXPECT_EQ(second.body, "/old");
}

TEST(Http10, NeedsNoHost) {
  FakeUpstream upstream{target_as_body};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.ask("GET /none HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_EQ(upstream.last_request().count("host"), 1U);
}

TEST(Http10, GetsAChunkedResponseUnchunkedAndClosed) {
  FakeUpstream upstream{raw_reply(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("abc") + chunk("def") + chunk("") + "\r\n",
      After::keep)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  const Response response = client.ask("GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n");

  EXPECT_FALSE(response.has("transfer-encoding"));
  EXPECT_EQ(response.body, "abcdef");
  EXPECT_EQ(client.ending(), Ending::closed);
}

TEST(ClosingConnection, DeliversItsResponseThoughTheClientSendsOn) {
  const std::string body(3'000'000, 'b');
  FakeUpstream upstream{reply(200, body)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address(), {.receive_buffer = 16 * 1024}};

  client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /more HTTP/1.1\r\n");
  const Response response = client.read_response();

  EXPECT_TRUE(response.body == body);
  EXPECT_TRUE(client.closes());
  EXPECT_EQ(client.ending(), Ending::closed);
}

TEST(ClosingConnection, DeliversTheRefusalOfConnectThoughBytesFollow) {
  ProxyUnderTest proxy{saying("unused")};
  RawClient client{proxy.address()};

  const Response response = client.ask("CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n\x16\x03\x01 client hello");

  EXPECT_EQ(response.status, 501);
  EXPECT_TRUE(client.closes());
  EXPECT_EQ(client.ending(), Ending::closed);
}

TEST(Pipelining, NothingFollowsAResponseThatCouldNotBeSentWhole) {
  const std::string body(40'000, 'b');
  ProxyUnderTest proxy{saying(body).with("/timeouts/client_write_idle", "200ms")};
  RawClient client{proxy.address(), {.receive_buffer = 16 * 1024}};
  std::string requests;
  for (int i = 0; i < 600; ++i) requests += RawClient::get_request("/");
  client.send_some(requests, 500ms);
  proxy.wait_for_log("CLIENT_WRITE_TIMEOUT");

  const std::string all = client.read_until_close();

  const std::size_t last_head = all.rfind("HTTP/1.1 200");
  const std::size_t last_body = all.find("\r\n\r\n", last_head) + 4;
  EXPECT_LT(all.size() - last_body, body.size());
  std::size_t at = 0;
  while (at != last_head) {  // every response before the cut one is whole
    ASSERT_EQ(all.compare(at, 12, "HTTP/1.1 200"), 0) << at;
    at = all.find("\r\n\r\n", at) + 4 + body.size();
    ASSERT_LE(at, last_head);
  }
}

}  // namespace
}  // namespace headgate::testing
