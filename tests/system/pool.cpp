// Connections to upstreams: kept, dropped, and never a request sent twice that must not be.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

TEST(UpstreamPool, ServesTheNextRequestOnTheSameConnection) {
  FakeUpstream upstream{reply(200, "ok")};
  ProxyUnderTest proxy{route_all_to(upstream)};

  for (int i = 0; i < 10; ++i) EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 200);

  EXPECT_EQ(upstream.accepted(), 1);
}

TEST(UpstreamPool, SaysNothingAboutTheConnectionToTheUpstream) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  RawClient{proxy.address()}.get("/", "Connection: close\r\n");
  RawClient{proxy.address()}.get("/");

  EXPECT_FALSE(equals_ignoring_case(upstream.requests()[0].field("connection"), "close"));
  EXPECT_EQ(upstream.accepted(), 1);
}

TEST(UpstreamPool, DoesNotReuseAConnectionThatTheUpstreamWillClose) {
  FakeUpstream upstream{[](const Request& request) {
    if (request.target == "/close") return reply(200, "", "Connection: close\r\n");
    if (request.target == "/old") return raw_reply("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", After::keep);
    return reply(200);
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.get("/close");
  client.get("/old");
  client.get("/");

  EXPECT_EQ(upstream.accepted(), 3);
}

TEST(UpstreamPool, ReusesAnOldUpstreamThatAsksForIt) {
  FakeUpstream upstream{
      raw_reply("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", After::keep)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.get("/");
  client.get("/");

  EXPECT_EQ(upstream.accepted(), 1);
}

TEST(UpstreamPool, ClosesAConnectionThatStaysUnused) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/upstreams/origin/keep_alive/idle_timeout", "300ms")};

  RawClient{proxy.address()}.get("/");

  EXPECT_EQ(upstream.open(), 1);
  EXPECT_TRUE(wait_until([&] { return upstream.open() == 0; }));
}

TEST(UpstreamPool, KeepsNoMoreThanItsMaximum) {
  std::atomic<int> waiting{0};
  FakeUpstream upstream{[&](const Request&) {
    ++waiting;
    if (!wait_until([&] { return waiting >= 4; })) throw std::runtime_error("not all at once");
    return reply(200);
  }};
  ProxyUnderTest proxy{route_all_to(upstream).with("/upstreams/origin/keep_alive/max_idle", 2)};

  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<RawClient>(proxy.address()));
    clients.back()->send(RawClient::get_request("/"));
  }
  for (auto& client : clients) EXPECT_EQ(client->read_response().status, 200);

  EXPECT_TRUE(wait_until([&] { return upstream.open() == 2; }));
  EXPECT_EQ(clients[0]->get("/").status, 200);
  EXPECT_EQ(upstream.accepted(), 4);
}

TEST(UpstreamPool, KeepsNothingWhenToldSo) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/upstreams/origin/keep_alive/max_idle", 0)};
  RawClient client{proxy.address()};

  client.get("/");
  client.get("/");

  EXPECT_EQ(upstream.accepted(), 2);
  EXPECT_TRUE(wait_until([&] { return upstream.open() == 0; }));
}

TEST(UpstreamPool, DoesNotUseAConnectionBeyondItsAge) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/upstreams/origin/keep_alive/max_age", "1s")};
  RawClient client{proxy.address()};

  client.get("/");
  const milliseconds age = time_of(
      [&] { EXPECT_TRUE(wait_until([&] { return client.get("/").status == 200 && upstream.accepted() == 2; })); });

  EXPECT_GE(age, 900ms);
}

TEST(UpstreamPool, DropsAConnectionThatSpokeBeforeItWasAsked) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive();
    connection.send(reply(200, std::to_string(connection.number())));
    if (connection.number() == 0) connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
    connection.receive();
    connection.send(reply(200, "again"));
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/").body, "0");
  EXPECT_TRUE(wait_until([&] { return upstream.open() == 0; }));
  EXPECT_EQ(client.get("/").body, "1");
}

TEST(UpstreamPool, BytesBehindAResponseAreNeverTheNextResponse) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive();  // both in one segment: the response and what nobody asked for
    connection.send(reply(200, "fine").bytes + reply(200, "poison").bytes);
    connection.receive();
    connection.send(reply(200, "reused"));
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/").body, "fine");
  EXPECT_EQ(client.get("/").body, "fine");
  EXPECT_EQ(upstream.accepted(), 2);
}

TEST(UpstreamPool, SpreadsRequestsOverAllBackends) {
  FakeUpstream a{reply(200, "a")};
  FakeUpstream b{reply(200, "b")};
  ProxyUnderTest proxy{route_all_to({a.url(), b.url()})};
  RawClient client{proxy.address()};

  for (int i = 0; i < 10; ++i) client.get("/");

  EXPECT_EQ(a.request_count(), 5U);
  EXPECT_EQ(b.request_count(), 5U);
}

TEST(StaleConnection, ThatClosedWhileIdleIsNotUsed) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive();
    connection.send(reply(200, std::to_string(connection.number())));
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/").body, "0");
  EXPECT_TRUE(wait_until([&] { return upstream.open() == 0; }));

  EXPECT_EQ(client.post("/", "must arrive once").body, "1");
  EXPECT_EQ(upstream.request_count(), 2U);
}

/// Answers the first request on a connection; the second one it reads, then closes without a word.
FakeUpstream::Script closes_on_the_second(bool on_every_connection) {
  return [on_every_connection](UpstreamConnection& connection) {
    for (int i = 0;; ++i) {
      const Request request = connection.receive();
      if (i == 1 && (connection.number() == 0 || on_every_connection)) return;
      connection.send(reply(200, request.body));
    }
  };
}

TEST(StaleConnection, CostsAGetOneFreeRetry) {
  FakeUpstream upstream{closes_on_the_second(false)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.get("/1");
  const Response response = client.get("/2");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(upstream.accepted(), 2);
  EXPECT_EQ(upstream.request_count(), 3U);
}

TEST(StaleConnection, CostsASmallPutOneFreeRetry) {
  FakeUpstream upstream{closes_on_the_second(false)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.get("/1");
  const Response response = client.ask("PUT /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nwhole");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "whole");
  EXPECT_EQ(upstream.request_count(), 3U);
}

TEST(StaleConnection, NeverCostsAPostASecondSending) {
  FakeUpstream upstream{closes_on_the_second(false)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.get("/1");
  const Response response = client.post("/2", "buy");

  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(upstream.request_count(), 2U);
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_CLOSED_REUSED")["status"], "502");
}

TEST(StaleConnection, NeverCostsAnUnknownMethodASecondSending) {
  FakeUpstream upstream{closes_on_the_second(false)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.get("/1");

  EXPECT_EQ(client.ask("BUY / HTTP/1.1\r\nHost: h\r\n\r\n").status, 502);
  EXPECT_EQ(upstream.request_count(), 2U);
}

TEST(FreshConnection, ThatClosesWithoutAWordIsABadGateway) {
  FakeUpstream upstream{[](UpstreamConnection& connection) { connection.receive(); }};
  ProxyUnderTest proxy{route_all_to(upstream)};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 502);

  EXPECT_EQ(upstream.request_count(), 1U);
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_RESET")["backend"], upstream.address());
}

TEST(FreshConnection, ThatIsResetIsABadGateway) {
  FakeUpstream upstream{raw_reply("", After::reset)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 502);
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_RESET")["origin"], "upstream");
}

TEST(FreshConnection, ThatIsRefusedIsABadGateway) {
  FakeUpstream upstream{reply(200)};
  upstream.stop();
  ProxyUnderTest proxy{route_all_to(upstream)};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 502);
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_CONNECT_FAILED")["phase"], "connect");
}

}  // namespace
}  // namespace headgate::testing
