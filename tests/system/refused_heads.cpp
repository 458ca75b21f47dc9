// What the log holds of a request that was refused before it could be routed.
#include <gtest/gtest.h>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

TEST(RefusedHead, IsLoggedWithWhatWasParsedOfIt) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  RawClient{proxy.address()}.ask("PUT /path?secret=1 HTTP/1.1\r\nHost: a.example\r\nContent-Length: x\r\n\r\n");

  const LogRecord record = proxy.wait_for_log("CLIENT_BAD_CONTENT_LENGTH");
  EXPECT_EQ(record["client"], "127.0.0.1");
  EXPECT_EQ(record["method"], "PUT");
  EXPECT_EQ(record["host"], "a.example");
  EXPECT_EQ(record["path"], "/path");
  EXPECT_FALSE(record["total_ms"].empty());
}

TEST(RefusedHead, IsLoggedWithoutWhatWasNotParsedOfIt) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  RawClient{proxy.address()}.ask("\x16\x03\x01 / HTTP/1.1\r\nHost: a.example\r\n\r\n");

  const LogRecord record = proxy.wait_for_log("CLIENT_BAD_REQUEST_LINE");
  EXPECT_EQ(record["method"], "");
  EXPECT_EQ(record["host"], "");
  EXPECT_EQ(record["path"], "");
}

TEST(RefusedHead, IsLoggedWithTheBeginningOfATargetThatIsTooLong) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/limits/target_bytes", 300)};

  RawClient{proxy.address()}.get("/long/" + std::string(400, 'x'));
  RawClient{proxy.address()}.get("/long?" + std::string(400, 'x'));

  EXPECT_EQ(proxy.wait_for_log("CLIENT_TARGET_TOO_LONG")["path"].substr(0, 8), "/long/xx");
  EXPECT_EQ(proxy.wait_for_log("CLIENT_TARGET_TOO_LONG", 1)["path"], "/long");
}

TEST(RefusedHead, HasALineInTheAccessLog) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/logging/access", true)};

  const Response response = RawClient{proxy.address()}.ask("GET /a HTTP/2.0\r\nHost: h\r\n\r\n");

  const LogRecord record = proxy.wait_for_access_log();
  EXPECT_EQ(record["status"], "505");
  EXPECT_EQ(record["cause"], "CLIENT_BAD_VERSION");
  EXPECT_EQ(record["method"], "GET");
  EXPECT_EQ(record["path"], "/a");
  EXPECT_EQ(record["request_id"], response.field("x-request-id"));
  EXPECT_EQ(record["bytes_sent"], std::to_string(response.body.size()));
}

TEST(RefusedHead, IsLoggedWithTheTimeThatItTook) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/logging/access", true).with("/timeouts/client_head", "300ms")};

  EXPECT_EQ(RawClient{proxy.address()}.ask("GET /slow HT").status, 408);

  const LogRecord record = proxy.wait_for_access_log();
  EXPECT_EQ(record["cause"], "CLIENT_HEAD_TIMEOUT");
  EXPECT_EQ(record["path"], "/slow");
  EXPECT_GE(std::stod(record["duration_ms"]), 200.0);
}

}  // namespace
}  // namespace headgate::testing
