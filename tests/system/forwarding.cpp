// What the proxy says about the client, and what it takes out.
#include <gtest/gtest.h>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

TEST(HopByHop, FieldsAreRemovedFromRequests) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  RawClient{proxy.address()}.get("/",
                                 "Connection: X-Secret, keep-alive, x-other\r\nX-Secret: s\r\nX-OTHER: o\r\n"
                                 "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: gzip\r\n"
                                 "Upgrade: h2c\r\nX-Kept: k\r\nAuthorization: Basic eA==\r\n");

  const Request seen = upstream.last_request();
  for (const char* name : {"Connection", "X-Secret", "X-Other", "Keep-Alive", "Proxy-Connection", "TE", "Upgrade"})
    EXPECT_FALSE(seen.has(name)) << name;
  EXPECT_EQ(seen.field("X-Kept"), "k");
  EXPECT_EQ(seen.field("Authorization"), "Basic eA==");
}

TEST(HopByHop, FieldsAreRemovedFromResponses) {
  FakeUpstream upstream{reply(200, "body",
                              "Connection: X-Internal\r\nX-Internal: i\r\nKeep-Alive: timeout=5\r\n"
                              "Proxy-Connection: close\r\nX-Kept: k\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n")};
  ProxyUnderTest proxy{route_all_to(upstream)};

  const Response response = RawClient{proxy.address()}.get("/");

  for (const char* name : {"Connection", "X-Internal", "Keep-Alive", "Proxy-Connection"})
    EXPECT_FALSE(response.has(name)) << name;
  EXPECT_EQ(response.field("X-Kept"), "k");
  EXPECT_EQ(response.field("Set-Cookie"), "a=1, b=2");
  EXPECT_EQ(response.count("Set-Cookie"), 2U);
}

TEST(HopByHop, ConnectionCannotNameAwayWhatTheProxyNeeds) {
  FakeUpstream upstream{[](const Request& request) { return reply(200, request.body); }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  const Response response =
      client.post("/", "abc", "Connection: Content-Length, Host, X-Forwarded-For, Transfer-Encoding\r\n");

  if (response.status == 400) return;  // refusing it is as good
  EXPECT_EQ(response.body, "abc");
  EXPECT_EQ(upstream.last_request().field("host"), "test.example");
  EXPECT_EQ(upstream.last_request().field("x-forwarded-for"), "127.0.0.1");
}

TEST(Forwarding, TellsTheUpstreamWhoAskedAndHow) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  RawClient{proxy.address(), {.source = "127.0.0.7"}}.get("/");

  const Request seen = upstream.last_request();
  EXPECT_EQ(seen.field("X-Forwarded-For"), "127.0.0.7");
  EXPECT_EQ(seen.field("X-Forwarded-Proto"), "http");
  EXPECT_EQ(seen.field("X-Forwarded-Host"), "test.example");
  EXPECT_EQ(seen.field("X-Real-IP"), "127.0.0.7");
  EXPECT_EQ(seen.field("Host"), "test.example");
  EXPECT_GE(seen.field("X-Request-Id").size(), 16U);
  EXPECT_FALSE(seen.has("Forwarded"));
  EXPECT_FALSE(seen.has("Via"));
}

constexpr const char* claims =
    "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: claimed.example\r\n"
    "X-Real-IP: 1.2.3.4\r\nX-Request-Id: claimed-id\r\nForwarded: for=1.2.3.4\r\n";

TEST(Forwarding, ClaimsOfAStrangerAreReplaced) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  RawClient{proxy.address()}.get("/", claims);

  const Request seen = upstream.last_request();
  EXPECT_EQ(seen.field("X-Forwarded-For"), "127.0.0.1");
  EXPECT_EQ(seen.field("X-Forwarded-Proto"), "http");
  EXPECT_EQ(seen.field("X-Forwarded-Host"), "test.example");
  EXPECT_EQ(seen.field("X-Real-IP"), "127.0.0.1");
  EXPECT_NE(seen.field("X-Request-Id"), "claimed-id");
  EXPECT_FALSE(seen.has("Forwarded"));
}

TEST(Forwarding, ClaimsOfATrustedProxyAreKept) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/trusted_proxies/0", "127.0.0.0/8")};

  RawClient{proxy.address()}.get("/", claims);

  const Request seen = upstream.last_request();
  EXPECT_EQ(seen.field("X-Forwarded-For"), "1.2.3.4, 127.0.0.1");
  EXPECT_EQ(seen.field("X-Forwarded-Proto"), "https");
  EXPECT_EQ(seen.field("X-Forwarded-Host"), "claimed.example");
  EXPECT_EQ(seen.field("X-Real-IP"), "1.2.3.4");
  EXPECT_EQ(seen.field("X-Request-Id"), "claimed-id");
}

TEST(Forwarding, TheClientIsFoundFromRightToLeft) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)
                           .with("/trusted_proxies/0", "127.0.0.1/32")
                           .with("/trusted_proxies/1", "10.0.0.0/8")
                           .with("/trusted_proxies/2", "2001:db8::/32")};
  const std::vector<std::pair<std::string, std::string>> cases{
      {"6.6.6.6, 9.9.9.9, 10.1.1.1", "9.9.9.9"},                     // 6.6.6.6 is only what 9.9.9.9 says
      {"9.9.9.9,10.1.1.1\r\nX-Forwarded-For: 10.2.2.2", "9.9.9.9"},  // several fields are one list
      {"10.3.3.3, 10.1.1.1", "10.3.3.3"},                            // all trusted: the first of them
      {"2001:db9::1, 2001:db8::5", "2001:db9::1"},
      {"nonsense, 10.1.1.1", "10.1.1.1"},  // beyond a broken entry nothing is believed
  };

  for (const auto& [chain, client] : cases) {
    RawClient{proxy.address()}.get("/", "X-Forwarded-For: " + chain + "\r\n");
    EXPECT_EQ(upstream.last_request().field("X-Real-IP"), client) << chain;
  }
}

TEST(Forwarding, ForwardedAndViaAreWrittenWhenWanted) {
  FakeUpstream upstream{reply(200, "", "Via: 1.0 inner\r\n")};
  ProxyUnderTest proxy{route_all_to(upstream)
                           .with("/forwarding/forwarded", true)
                           .with("/forwarding/via", true)
                           .with("/forwarding/via_name", "gate")};

  const Response response = RawClient{proxy.address()}.get("/", "Via: 1.0 outer\r\n");

  const std::string forwarded = upstream.last_request().field("Forwarded");
  EXPECT_NE(forwarded.find("for=127.0.0.1"), std::string::npos) << forwarded;
  EXPECT_NE(forwarded.find("proto=http"), std::string::npos) << forwarded;
  EXPECT_NE(forwarded.find("host=\"test.example\""), std::string::npos) << forwarded;
  EXPECT_EQ(upstream.last_request().field("Via"), "1.0 outer, 1.1 gate");
  EXPECT_EQ(response.field("Via"), "1.0 inner, 1.1 gate");
}

TEST(Forwarding, CanBeSwitchedOff) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)
                           .with("/forwarding/x_forwarded", false)
                           .with("/forwarding/x_real_ip", false)
                           .with("/forwarding/request_id", false)};

  RawClient{proxy.address()}.get("/");

  for (const char* name : {"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "X-Request-Id"})
    EXPECT_FALSE(upstream.last_request().has(name)) << name;
}

TEST(Forwarding, TheBackendsOwnHostIsSentWhenTheClientsIsNotWanted) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/upstreams/origin/preserve_host", false)};

  RawClient{proxy.address()}.get("/");

  EXPECT_EQ(upstream.last_request().field("Host"), upstream.address());
  EXPECT_EQ(upstream.last_request().field("X-Forwarded-Host"), "test.example");
}

TEST(Forwarding, EveryRequestHasAnIdOfItsOwnThatTheClientCanSee) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/forwarding/response_request_id", true)};
  RawClient client{proxy.address()};

  const std::string first = client.get("/").field("X-Request-Id");
  const std::string first_upstream = upstream.last_request().field("X-Request-Id");
  const std::string second = client.get("/").field("X-Request-Id");

  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, first_upstream);
  EXPECT_NE(first, second);
}

TEST(Forwarding, AnUglyRequestIdIsReplacedEvenFromATrustedProxy) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/trusted_proxies/0", "127.0.0.1")};
  const std::string endless(4000, 'x');

  RawClient{proxy.address()}.get("/", "X-Request-Id: " + endless + "\r\n");

  EXPECT_NE(upstream.last_request().field("X-Request-Id"), endless);
  EXPECT_FALSE(upstream.last_request().field("X-Request-Id").empty());
}

TEST(Forwarding, FieldsAreWrittenAnewNotCopied) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  RawClient{proxy.address()}.get("/", "X-Padded:\t \tvalue \t\r\nX-Empty:\r\nX-Tight:v\r\n");

  const std::string head = upstream.last_request().head;
  EXPECT_NE(head.find("\r\nX-Padded: value\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("\r\nX-Tight: v\r\n"), std::string::npos) << head;
  EXPECT_TRUE(upstream.last_request().has("X-Empty"));
}

}  // namespace
}  // namespace headgate::testing
