#include "exchange/https_redirect.hpp"

#include <gtest/gtest.h>

#include "http/head_parser.hpp"

namespace headgate::exchange {
namespace {

/// A parsed request and who sent it.
struct Came {
  explicit Came(std::string head) : bytes{std::move(head)} {
    EXPECT_EQ(http::RequestParser{http::HeadLimits{}}.parse(bytes, request), http::ParseStatus::complete) << bytes;
    client.https_port = 443;
  }
  [[nodiscard]] bool moves() const { return should_come_by_https(request, client); }

  std::string bytes;
  RequestHead request;
  http::ClientInfo client;
};

Came get(const std::string& target, const std::string& fields = {}, const std::string& host = "a.test") {
  return Came{"GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n"};
}

TEST(HttpsRedirect, IsForRequestsInPlainText) {
  Came came = get("/x");
  EXPECT_TRUE(came.moves());

  came.client.scheme = "https";
  EXPECT_FALSE(came.moves());
}

TEST(HttpsRedirect, IsOffWithoutAPort) {
  Came came = get("/x");
  came.client.https_port = 0;

  EXPECT_FALSE(came.moves());
}

TEST(HttpsRedirect, BelievesATrustedProxyThatTheClientCameByHttps) {
  Came came = get("/x", "X-Forwarded-Proto: https\r\n");
  EXPECT_TRUE(came.moves()) << "a stranger";

  came.client.peer_trusted = true;
  EXPECT_FALSE(came.moves());
}

TEST(HttpsRedirect, LeavesTheChallengesOfAnAuthorityAlone) {
  EXPECT_FALSE(get("/.well-known/acme-challenge/token").moves());
  EXPECT_FALSE(get("/.well-known/x/../%61cme-challenge/token").moves());
  EXPECT_TRUE(get("/.well-known/other").moves());
}

TEST(HttpsRedirect, IsNotEvadedByDotSegments) {
  EXPECT_TRUE(get("/.well-known/acme-challenge/../../secret").moves());
  EXPECT_TRUE(get("/.well-known/acme-challenge/%2e%2E/secret").moves());
  EXPECT_TRUE(get("/.well-known/acme-challenge/..").moves());
  EXPECT_TRUE(get("/.well-known/acme-challenge////../../../secret").moves());
}

TEST(HttpsRedirect, LeavesARequestForNoResourceAlone) {
  EXPECT_FALSE(Came{"OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n"}.moves());
}

TEST(HttpsRedirect, LeadsToTheSameAddress) {
  EXPECT_EQ(https_location(get("/a/b?c=d").request, 443), "https://a.test/a/b?c=d");
  EXPECT_EQ(https_location(get("/?").request, 443), "https://a.test/?");
  EXPECT_EQ(https_location(get("/", "", "a.test:8080").request, 8443), "https://a.test:8443/");
  EXPECT_EQ(https_location(get("/", "", "[::1]:8080").request, 443), "https://[::1]/");
  EXPECT_EQ(https_location(get("/", "", "[::1]").request, 443), "https://[::1]/");
}

TEST(HttpsRedirect, LeadsNowhereWithoutAHost) {
  EXPECT_EQ(https_location(Came{"GET / HTTP/1.0\r\n\r\n"}.request, 443), "");
}

}  // namespace
}  // namespace headgate::exchange
