// Responses before the final one, and final ones before the request is complete.
#include <gtest/gtest.h>

#include <thread>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

const std::string expecting_post = "POST /up HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";

TEST(ExpectContinue, TheUpstreamsInterimResponseReachesTheClientBeforeTheBodyIsSent) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    Request request = connection.receive_head();
    EXPECT_EQ(request.field("expect"), "100-continue");
    connection.send("HTTP/1.1 100 Continue\r\n\r\n");
    connection.read_body(request);
    connection.send(reply(200, "got " + request.body));
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  const Response interim = client.ask(expecting_post);
  const Response final = client.ask("hello");

  EXPECT_EQ(interim.status, 100);
  EXPECT_EQ(final.status, 200);
  EXPECT_EQ(final.body, "got hello");
}

TEST(ExpectContinue, TheUpstreamMayRefuseWithoutSeeingTheBody) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive_head();
    connection.send(reply(417, "no"));
    connection.read_until_close();
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  const Response response = client.ask(expecting_post);

  EXPECT_EQ(response.status, 417);
  EXPECT_EQ(response.body, "no");
  EXPECT_EQ(upstream.request_count(), 1U);
}

TEST(ExpectContinue, AClientThatDoesNotWaitIsServed) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    Request request = connection.receive_head();
    connection.send("HTTP/1.1 100 Continue\r\n\r\n");
    connection.read_body(request);
    connection.send(reply(200, "got " + request.body));
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  Response response = client.ask(expecting_post + "hello");
  while (response.status == 100) response = client.read_response();

  EXPECT_EQ(response.body, "got hello");
}

TEST(ExpectContinue, AnUpstreamThatIgnoresItIsServedWhenTheClientGivesUpWaiting) {
  FakeUpstream upstream{[](const Request& request) { return reply(200, "got " + request.body); }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send(expecting_post);
  EXPECT_TRUE(client.is_silent_for(50ms));
  const Response response = client.ask("hello");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "got hello");
}

TEST(ExpectContinue, AnyOtherExpectationIsRefused) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  EXPECT_EQ(RawClient{proxy.address()}.get("/", "Expect: the-unexpected\r\n").status, 417);
  EXPECT_EQ(upstream.request_count(), 0U);
}

TEST(EarlyHints, AreForwardedWithTheirFields) {
  FakeUpstream upstream{
      raw_reply("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
                "HTTP/1.1 103 Early Hints\r\nLink: </b.css>; rel=preload\r\n\r\n" +
                    reply(200, "page").bytes,
                After::keep)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  const Response first = client.get("/");
  const Response second = client.read_response();
  const Response final = client.read_response();

  EXPECT_EQ(first.status, 103);
  EXPECT_EQ(first.field("link"), "</a.css>; rel=preload");
  EXPECT_EQ(second.field("link"), "</b.css>; rel=preload");
  EXPECT_EQ(final.body, "page");
}

TEST(EarlyHints, ArriveBeforeTheFinalResponseIsReady) {
  Signal hints_seen;
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    connection.receive();
    connection.send("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n");
    hints_seen.wait();
    connection.send(reply(200, "page"));
    connection.read_until_close();
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/").status, 103);
  hints_seen.set();
  EXPECT_EQ(client.read_response().body, "page");
}

TEST(EarlyHints, AreKeptFromHttp10Clients) {
  FakeUpstream upstream{
      raw_reply("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + reply(200, "page").bytes, After::keep)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  EXPECT_EQ(RawClient{proxy.address()}.ask("GET / HTTP/1.0\r\n\r\n").status, 200);
}

TEST(EarlyResponse, ReachesAClientThatIsStillUploading) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive_head();
    connection.send(reply(413, "too much", "Connection: close\r\n"));
    connection.half_close();
    connection.read_until_close();
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};
  const std::string body(10 * 1024 * 1024, 'x');

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
  std::jthread uploader{[&] {
    try {
      client.send(body);
    } catch (const std::runtime_error&) {  // the proxy need not take the rest
    }
  }};
  const Response response = client.read_response();
  client.interrupt();
  uploader.join();

  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(response.body, "too much");
}

TEST(HalfClosedClient, GetsItsResponse) {
  Signal go;
  FakeUpstream upstream{[&](const Request&) {
    go.wait();
    return reply(200, "still here");
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send(RawClient::get_request("/"));
  client.half_close();
  ASSERT_TRUE(wait_until([&] { return upstream.request_count() == 1; }));
  go.set();

  EXPECT_EQ(client.read_response().body, "still here");
  EXPECT_TRUE(client.closes());
}

TEST(HalfClosedClient, GetsTheAnswersOfAllItsPipelinedRequests) {
  FakeUpstream upstream{[](const Request& request) { return reply(200, request.target); }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send(RawClient::get_request("/1") + RawClient::post_request("/2", "x") + RawClient::get_request("/3"));
  client.half_close();

  EXPECT_EQ(client.read_response().body, "/1");
  EXPECT_EQ(client.read_response().body, "/2");
  EXPECT_EQ(client.read_response().body, "/3");
  EXPECT_TRUE(client.closes());
}

TEST(AbandonedRequest, EndsTheUpstreamsWorkWhenTheClientResets) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive();
    connection.read_until_close();
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send(RawClient::get_request("/"));
  ASSERT_TRUE(wait_until([&] { return upstream.request_count() == 1; }));
  client.reset();

  EXPECT_TRUE(wait_until([&] { return upstream.open() == 0; }));
  EXPECT_EQ(proxy.wait_for_log("CLIENT_CLOSED")["origin"], "client");
}

}  // namespace
}  // namespace headgate::testing
