// Forms of the request target, and methods that end at the proxy.
#include <gtest/gtest.h>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

TEST(Targets, OptionsForTheWholeServerIsForwardedAsIs) {
  FakeUpstream upstream{reply(204, "", "Allow: GET\r\n")};
  ProxyUnderTest proxy{route_all_to(upstream)};

  const Response response = RawClient{proxy.address()}.ask("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.field("allow"), "GET");
  EXPECT_EQ(upstream.last_request().start_line, "OPTIONS * HTTP/1.1");
}

TEST(Targets, AsteriskIsForOptionsOnly) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  EXPECT_EQ(RawClient{proxy.address()}.ask("GET * HTTP/1.1\r\nHost: h\r\n\r\n").status, 400);
  EXPECT_EQ(upstream.request_count(), 0U);
}

TEST(Targets, AnAbsoluteTargetOverridesHost) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  RawClient{proxy.address()}.ask("GET http://real.example:81/a?b=c HTTP/1.1\r\nHost: other.example\r\n\r\n");

  EXPECT_EQ(upstream.last_request().target, "/a?b=c");
  EXPECT_EQ(upstream.last_request().field("host"), "real.example:81");
}

TEST(Targets, AnAbsoluteTargetWithoutPathIsTheRoot) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  RawClient{proxy.address()}.ask("GET http://real.example HTTP/1.1\r\nHost: real.example\r\n\r\n");
  EXPECT_EQ(upstream.last_request().target, "/");

  RawClient{proxy.address()}.ask("OPTIONS http://real.example HTTP/1.1\r\nHost: real.example\r\n\r\n");
  EXPECT_EQ(upstream.last_request().target, "*");
}

TEST(Targets, ANormalTargetIsForwardedAsItCame) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  for (const std::string target : {"/a%2Fb", "/?", "/?a=%20+b&c=%7e%2f//..", "/:@!$&'()*+,;=", "/caf%C3%A9/"}) {
    EXPECT_EQ(client.get(target).status, 200);
    EXPECT_EQ(upstream.last_request().target, target);
  }
}

TEST(Targets, AnyOtherPathIsForwardedInTheSpellingThatWasMatched) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  for (const auto& [sent, seen] : std::vector<std::pair<std::string, std::string>>{
           {"/%41%2f%7e/x", "/A%2F~/x"}, {"/a//b?c//d", "/a/b?c//d"}, {"/a/./b/../%2e%2e/c", "/c"}, {"/../..", "/"}}) {
    EXPECT_EQ(client.get(sent).status, 200);
    EXPECT_EQ(upstream.last_request().target, seen) << sent;
  }
}

TEST(Targets, UnknownMethodsAreForwarded) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  for (const std::string method : {"BREW", "M-SEARCH", "get", "PROPFIND", "A!#$%&'*+-.^_`|~9"}) {
    EXPECT_EQ(client.ask(method + " / HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
    EXPECT_EQ(upstream.last_request().method, method);
  }
}

TEST(Refusals, ConnectIsNotImplemented) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  const Response response = client.ask("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");

  EXPECT_EQ(response.status, 501);
  EXPECT_EQ(upstream.accepted(), 0);
  EXPECT_EQ(proxy.wait_for_log("CONNECT_REFUSED")["status"], "501");
}

TEST(Refusals, WebSocketWhereTheRouteListsNone) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/routes/0/upgrade", Value::of_json("[]"))};

  const Response response =
      RawClient{proxy.address()}.get("/chat",
                                     "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");

  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(upstream.accepted(), 0);
  EXPECT_EQ(proxy.wait_for_log("UPGRADE_REFUSED")["status"], "403");
}

TEST(Refusals, AnyOtherUpgradeIsSimplyNotTaken) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  const Response response = RawClient{proxy.address()}.get(
      "/", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n");

  EXPECT_EQ(response.status, 200);
  EXPECT_FALSE(upstream.last_request().has("upgrade"));
  EXPECT_FALSE(upstream.last_request().has("http2-settings"));
  EXPECT_FALSE(upstream.last_request().has("connection"));
}

TEST(MaxForwards, ZeroIsAnsweredByTheProxy) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  const Response response = RawClient{proxy.address()}.ask("OPTIONS / HTTP/1.1\r\nHost: h\r\nMax-Forwards: 0\r\n\r\n");

  EXPECT_GE(response.status, 200);
  EXPECT_LT(response.status, 300);
  EXPECT_EQ(upstream.request_count(), 0U);
}

TEST(MaxForwards, IsCountedDown) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  RawClient{proxy.address()}.ask("OPTIONS / HTTP/1.1\r\nHost: h\r\nMax-Forwards: 7\r\n\r\n");

  EXPECT_EQ(upstream.last_request().field("max-forwards"), "6");
}

TEST(MaxForwards, MeansNothingForGet) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  RawClient{proxy.address()}.get("/", "Max-Forwards: 0\r\n");

  EXPECT_EQ(upstream.request_count(), 1U);
}

TEST(Refusals, AConnectionIsClosedAfterAMalformedRequest) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send("GET / HTTP/1.1\r\nHost : h\r\n\r\n" + RawClient::get_request("/smuggled"));
  const Response response = client.read_response();

  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.field("connection"), "close");
  EXPECT_EQ(client.read_until_close(), "");
  EXPECT_EQ(upstream.request_count(), 0U);
}

}  // namespace
}  // namespace headgate::testing
