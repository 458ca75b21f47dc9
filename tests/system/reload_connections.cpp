// What becomes of connections that are open when a reload removes or changes their listener.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "support/admin_api.hpp"
#include "support/http2_proxy.hpp"
#include "support/raw_client.hpp"
#include "support/tls_client.hpp"
#include "system/tls_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const Value removable =
    Value::of_json(R"({"name": "more", "address": "127.0.0.2:0", "protocols": ["h2", "http/1.1"]})");

/// Answers at once, but "/slow" when the test says so.
class SlowUpstream {
 public:
  void wait_for_request() { begun_.wait(); }
  void go_on() { go_on_.set(); }
  [[nodiscard]] Config config() const { return route_all_to(upstream_).with("/timeouts/drain", "20s"); }

 private:
  Signal begun_;
  Signal go_on_;
  FakeUpstream upstream_{[this](const Request& request) {
    if (request.target == "/slow") {
      begun_.set();
      go_on_.wait();
    }
    return reply(200, request.target);
  }};
};

/// The first word of a GOAWAY that lets the client finish what it has begun (RFC 9113 s6.8).
void expect_graceful_goaway(Http2Client& client) {
  EXPECT_EQ(read32(client.next(NGHTTP2_GOAWAY).payload), 0x7fffffffU);
}

TEST(ReloadConnections, OfARemovedListenerCloseWhenTheyAreIdle) {
  ProxyUnderTest proxy{saying("x").with("/listeners/1", removable).with("/timeouts/drain", "20s")};
  RawClient http1{proxy.address("more")};
  Http2Client http2{proxy.address("more")};
  ASSERT_EQ(http1.get("/").status, 200);
  ASSERT_EQ(http2.response(http2.get("/")).status, 200);

  ASSERT_EQ(proxy.reload(saying("y")), "applied");

  EXPECT_TRUE(http1.closes());
  expect_graceful_goaway(http2);
  EXPECT_EQ(http2.goaway(), NGHTTP2_NO_ERROR);
  EXPECT_TRUE(http2.closes());
}

TEST(ReloadConnections, OfARemovedListenerAnswerWhatTheyHaveAndClose) {
  SlowUpstream upstream;
  ProxyUnderTest proxy{upstream.config().with("/listeners/1", removable)};
  RawClient http1{proxy.address("more")};
  Http2Client http2{proxy.address("more")};
  http1.send(RawClient::get_request("/slow"));
  upstream.wait_for_request();
  const auto slow = http2.get("/slow");
  const auto quick = http2.get("/quick");
  ASSERT_EQ(http2.response(quick).status, 200);

  ASSERT_EQ(proxy.reload(upstream.config()), "applied");
  expect_graceful_goaway(http2);
  upstream.go_on();

  const Response answer = http1.read_response();
  EXPECT_EQ(answer.body, "/slow");
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_TRUE(http1.closes());
  EXPECT_EQ(http2.response(slow).body, "/slow");
  EXPECT_TRUE(http2.closes());
}

TEST(ReloadConnections, OfARemovedListenerAreCutAfterTheDrain) {
  SlowUpstream upstream;
  const Config config = upstream.config().with("/timeouts/drain", "300ms");
  ProxyUnderTest proxy{config.with("/listeners/1", removable)};
  RawClient http1{proxy.address("more")};
  http1.send(RawClient::get_request("/slow"));
  upstream.wait_for_request();
  RawClient stays{proxy.address()};
  ASSERT_EQ(stays.get("/").status, 200);

  ASSERT_EQ(proxy.reload(config), "applied");

  EXPECT_TRUE(http1.closes());
  proxy.wait_for_log("DRAIN_TIMEOUT");
  EXPECT_EQ(stays.get("/").status, 200);
  upstream.go_on();
}

TEST(ReloadConnections, WhoComeLateToARemovedListenerGetOneAnswer) {
  ProxyUnderTest proxy{saying("x").with("/listeners/1", removable)};
  RawClient late{proxy.address("more")};  // the kernel holds it back until it sends something

  ASSERT_EQ(proxy.reload(saying("y")), "applied");

  EXPECT_EQ(late.get("/").field("connection"), "close");
  EXPECT_TRUE(late.closes());
}

TEST(ReloadConnections, OfAListenerThatBeginsOtherwiseNowCloseTheirTunnelsExcepted) {
  const std::string switched = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    if (connection.receive_head().target != "/tunnel") return connection.send(reply(200));
    connection.send(switched);
    connection.send(connection.read_exactly(5));
  }};
  const Config config =
      both_protocols(route_all_to(upstream)).with("/timeouts/drain", "100ms").with("/trusted_proxies/0", "127.0.0.0/8");
  ProxyUnderTest proxy{config};
  RawClient tunnel{proxy.address()};
  tunnel.send(RawClient::get_request("/tunnel", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
  ASSERT_THAT(tunnel.read_head(), StartsWith("HTTP/1.1 101 "));
  RawClient http1{proxy.address()};
  ASSERT_EQ(http1.get("/").status, 200);
  Http2Client http2{proxy.address()};
  ASSERT_EQ(http2.response(http2.get("/")).status, 200);

  ASSERT_EQ(proxy.reload(config.with("/listeners/0/proxy_protocol", "optional")), "applied");

  EXPECT_TRUE(http1.closes());
  expect_graceful_goaway(http2);
  EXPECT_TRUE(http2.closes());
  EXPECT_TRUE(tunnel.is_silent_for(300ms)) << "it is not cut either";
  tunnel.send("still");
  EXPECT_EQ(tunnel.read_exactly(5), "still");
}

TEST(ReloadConnections, OverHttp2AreAskedToComeAgainForNewSettings) {
  SlowUpstream upstream;
  ProxyUnderTest proxy{both_protocols(upstream.config())};
  RawClient http1{proxy.address()};
  ASSERT_EQ(http1.get("/").status, 200);
  Http2Client http2{proxy.address()};
  const auto slow = http2.get("/slow");
  upstream.wait_for_request();

  ASSERT_EQ(proxy.reload(both_protocols(upstream.config()).with("/http2/max_streams", 7)), "applied");
  expect_graceful_goaway(http2);
  upstream.go_on();

  EXPECT_EQ(http2.response(slow).body, "/slow");
  EXPECT_TRUE(http2.closes());
  EXPECT_EQ(http1.get("/").status, 200) << "of no concern to HTTP/1.1";
}

TEST(ReloadConnections, OfAListenerThatStaysAsItWasGoOn) {
  ProxyUnderTest proxy{both_protocols(saying("x")).with("/listeners/1", removable)};
  RawClient http1{proxy.address()};
  Http2Client http2{proxy.address()};
  ASSERT_EQ(http1.get("/").status, 200);
  ASSERT_EQ(http2.response(http2.get("/")).status, 200);

  ASSERT_EQ(proxy.reload(both_protocols(saying("y"))), "applied");

  EXPECT_EQ(http1.get("/").body, "y");
  EXPECT_EQ(http2.response(http2.get("/")).body, "y");
  EXPECT_FALSE(http2.goaway_code());
}

/// Of a listener with TLS.
class ReloadConnectionsByTls : public Tls {
 protected:
  [[nodiscard]] Config asking() const {
    return config().with("/listeners/0/tls/client_certificates/ca", folder_ / "site.pem");
  }
  [[nodiscard]] Config config() const { return secured(upstream_.config()); }
  SlowUpstream upstream_;
};

TEST_F(ReloadConnectionsByTls, CloseWhenCertificatesAreAskedFor) {
  ProxyUnderTest proxy{config()};
  TlsClient idle{proxy.address()};
  ASSERT_EQ(idle.get("/").status, 200);
  TlsClient busy{proxy.address()};
  busy.send(RawClient::get_request("/slow"));
  upstream_.wait_for_request();

  ASSERT_EQ(proxy.reload(asking()), "applied");
  EXPECT_TRUE(idle.closes());
  upstream_.go_on();

  EXPECT_THAT(busy.read_head(), HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(busy.closes());
  EXPECT_NE(s_client(proxy, "-quiet").exit_code, 0) << "who comes again must show one";
}

// Regression: they had a second, and the log blamed the client for it.
TEST_F(ReloadConnectionsByTls, ShakeHandsAsLongAsTheyMayHave) {
  ProxyUnderTest proxy{with_admin(config().with("/timeouts/client_handshake", "2s"))};
  RawClient admin{proxy.address("admin")};
  const auto began = std::chrono::steady_clock::now();
  RawClient slow{proxy.address()};
  slow.send("\x16\x03\x01");
  ASSERT_TRUE(wait_until(
      [&] { return admin.get("/metrics").body.find("headgate_client_connections 1\n") != std::string::npos; }));

  ASSERT_EQ(proxy.reload(with_admin(asking().with("/timeouts/client_handshake", "2s"))), "applied");

  EXPECT_TRUE(slow.closes());
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds{1'800});
}

TEST_F(ReloadConnectionsByTls, GoOnWithTheCertificateThatTheyWereOpenedBy) {
  ProxyUnderTest proxy{config()};
  TlsClient idle{proxy.address()};
  ASSERT_EQ(idle.get("/").status, 200);
  TlsClient busy{proxy.address()};
  busy.send(RawClient::get_request("/slow"));
  upstream_.wait_for_request();

  ASSERT_EQ(proxy.reload_after([&] { install(make_certificate({"a.test"}, {.common_name = "renewed"})); }), "applied");
  EXPECT_THAT(TlsClient{proxy.address()}.server_subject(), HasSubstr("CN=renewed"));
  upstream_.go_on();

  EXPECT_THAT(busy.read_head(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(busy.read_exactly(5), "/slow");
  EXPECT_EQ(busy.get("/again").body, "/again");
  EXPECT_EQ(idle.get("/").body, "/");
  EXPECT_THAT(idle.server_subject(), HasSubstr("CN=common.test"));
}

}  // namespace
}  // namespace headgate::testing
