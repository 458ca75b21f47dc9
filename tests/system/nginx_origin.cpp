#include <gtest/gtest.h>

#include "support/nginx.hpp"
#include "support/prerequisites.hpp"
#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

class NginxOrigin : public ::testing::Test {
 protected:
  void SetUp() override { HEADGATE_NEEDS("nginx"); }
};

TEST_F(NginxOrigin, ServesFilesThroughTheProxy) {
  const Nginx nginx;
  ProxyUnderTest proxy{route_all_to({nginx.url()})};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/small.txt").body, "small file\n");
  EXPECT_TRUE(client.get("/large.bin").body == std::string(3'000'000, 'L'));
  EXPECT_EQ(client.get("/missing").status, 404);
  EXPECT_EQ(client.get("/small.txt", "Range: bytes=0-4\r\n").body, "small");
  EXPECT_EQ(client.ask("HEAD /large.bin HTTP/1.1\r\nHost: h\r\n\r\n").field("content-length"), "3000000");
  EXPECT_EQ(client.get("/echo").body, "GET 127.0.0.1 test.example");
}

TEST_F(NginxOrigin, RevalidatesAndCompresses) {
  const Nginx nginx;
  ProxyUnderTest proxy{route_all_to({nginx.url()})};
  RawClient client{proxy.address()};

  const Response plain = client.get("/small.txt");
  const Response again = client.get("/small.txt", "If-None-Match: " + plain.field("etag") + "\r\n");
  const Response compressed = client.get("/small.txt", "Accept-Encoding: gzip\r\n");

  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(compressed.field("content-encoding"), "gzip");
  EXPECT_TRUE(compressed.is_chunked());
  EXPECT_TRUE(compressed.body.starts_with("\x1f\x8b"));
}

TEST_F(NginxOrigin, IsReachedByItsUnixSocket) {
  const Nginx nginx;
  ProxyUnderTest proxy{route_all_to({nginx.unix_url()})};

  EXPECT_EQ(RawClient{proxy.address()}.get("/small.txt").body, "small file\n");
}

TEST_F(NginxOrigin, MayCloseAfterSomeRequestsWithoutHarm) {
  const Nginx nginx;
  ProxyUnderTest proxy{route_all_to({nginx.url()})};
  RawClient client{proxy.address()};

  for (int i = 0; i < 50; ++i) ASSERT_EQ(client.get("/short").body, "short");
}

TEST_F(NginxOrigin, RefusesAPostToAFileAndTheConnectionLivesOn) {
  const Nginx nginx;
  ProxyUnderTest proxy{route_all_to({nginx.url()})};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.post("/small.txt", std::string(100'000, 'x')).status, 405);
  EXPECT_EQ(RawClient{proxy.address()}.get("/small.txt").status, 200);
}

}  // namespace
}  // namespace headgate::testing
