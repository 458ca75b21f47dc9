// What a listener with TLS asks of clients, and tells them: certificates, https only.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/ascii.hpp"
#include "support/fake_upstream.hpp"
#include "support/http2_client.hpp"
#include "support/raw_client.hpp"
#include "support/tls_client.hpp"
#include "system/tls_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::Pair;

/// A listener that asks for certificates of an authority, and one in plain text beside it.
class TlsClients : public Tls {
 protected:
  void SetUp() override {
    Tls::SetUp();
    write_file(folder_ / "ca.pem", authority_.certificates);
    install(make_certificate({}, {.common_name = "Alice", .signer = &authority_}), "alice");
    install(make_certificate({}, {.common_name = "Mallory"}), "mallory");
  }
  [[nodiscard]] Config asking(bool required) const {
    return secured(route_all_to(upstream_))
        .with("/listeners/0/tls/client_certificates",
              Value::of_json(R"({ "ca": ")" + (folder_ / "ca.pem") + R"(", "required": )" +
                             (required ? "true" : "false") +
                             R"(, "subject_header": "X-Subject", "fingerprint_header": "X-Print" })"))
        .with("/listeners/1/address", "127.0.0.2:0")
        .with("/listeners/1/name", "plain");
  }
  [[nodiscard]] std::vector<std::string> as(const std::string& who) const {
    return {"--cert", folder_ / (who + ".pem"), "--key", folder_ / (who + ".key")};
  }
  const base::PemPair authority_ = make_certificate({}, {.common_name = "Authority"});
  FakeUpstream upstream_{[](const Request& request) {
    return reply(200, "subject=" + request.field("x-subject") + " print=" + request.field("x-print"));
  }};
};

TEST_F(TlsClients, AreKnownToTheBackendByTheirCertificate) {
  ProxyUnderTest proxy{asking(true)};

  EXPECT_THAT(curl(proxy, "/", as("alice")).out, MatchesRegex("subject=CN=Alice print=[0-9a-f]{64}"));
}

TEST_F(TlsClients, WithoutACertificateOfTheAuthorityStayOutside) {
  ProxyUnderTest proxy{asking(true)};

  EXPECT_NE(curl(proxy, "/").exit_code, 0);
  EXPECT_NE(curl(proxy, "/", as("mallory")).exit_code, 0);
  EXPECT_EQ(proxy.wait_for_log("TLS_HANDSHAKE_FAILED")["detail"], "peer did not return a certificate");
}

// Regression: the cause was that of a handshake that fails for no known reason.
TEST_F(TlsClients, WithAForgedCertificateAreToldToHaveABadOne) {
  const base::PemPair impostor = make_certificate({}, {.common_name = "Authority"});
  install(make_certificate({}, {.common_name = "Alice", .signer = &impostor}), "forged");
  ProxyUnderTest proxy{asking(true)};

  EXPECT_NE(curl(proxy, "/", as("forged")).exit_code, 0);
  EXPECT_EQ(proxy.wait_for_log("CLIENT_CERTIFICATE_INVALID")["detail"], "certificate signature failure");
}

TEST_F(TlsClients, MayComeWithoutOneWhenItIsNotRequired) {
  ProxyUnderTest proxy{asking(false)};

  EXPECT_EQ(curl(proxy, "/").out, "subject= print=");
  EXPECT_THAT(curl(proxy, "/", as("alice")).out, HasSubstr("CN=Alice"));
  EXPECT_NE(curl(proxy, "/", as("mallory")).exit_code, 0);
}

TEST_F(TlsClients, CannotSayWhoTheyAreInAField) {
  ProxyUnderTest proxy{asking(false)};

  EXPECT_EQ(curl(proxy, "/", {"-H", "X-Subject: CN=Root", "-H", "X-Print: ff"}).out, "subject= print=");
  EXPECT_EQ(RawClient{proxy.address("plain")}.get("/", "X-Subject: CN=Root\r\nx-print: ff\r\n").body,
            "subject= print=");
}

TEST_F(TlsClients, CannotSayWhoTheyAreInAFieldOrATrailerThatABackendTakesForIt) {
  ProxyUnderTest proxy{asking(false).with("/listeners/1/protocols", Value::of_json(R"(["h2", "http/1.1"])"))};
  const std::string head =
      "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nX_Subject: CN=Root\r\n\r\n";
  const FieldList trailers{
      {"x-subject", "CN=Root"}, {"x_print", "ff"}, {"x_forwarded_for", "10.0.0.1"}, {"x-sum", "1"}};
  std::string lines;
  for (const auto& [name, value] : trailers) lines.append(name).append(": ").append(value).append("\r\n");

  EXPECT_EQ(RawClient{proxy.address("plain")}.ask(head + chunk("a") + chunk("") + lines + "\r\n").status, 200);
  EXPECT_FALSE(upstream_.last_request().has("x_subject"));
  EXPECT_THAT(upstream_.last_request().trailers, ElementsAre(Pair("x-sum", "1")));

  Http2Client client{proxy.address("plain")};
  const auto stream = client.request(http2_request("POST", "/", {{"x_subject", "CN=Root"}}), false);
  client.send(data_frame(stream, "a") + client.head_bytes(stream, trailers));
  EXPECT_EQ(client.response(stream).status, 200);
  EXPECT_FALSE(upstream_.last_request().has("x_subject"));
  EXPECT_THAT(upstream_.last_request().trailers, ElementsAre(Pair("x-sum", "1")));
}

TEST_F(TlsClients, WhoComeLateToAListenerThatWasRemovedStillHaveToShowACertificate) {
  ProxyUnderTest proxy{asking(true)};
  RawClient late{proxy.address()};  // the kernel holds it back until it sends something

  ASSERT_EQ(proxy.reload(saying("x").with("/listeners/0/address", "127.0.0.3:0")), "applied");
  late.send(RawClient::get_request("/secret"));

  EXPECT_EQ(late.read_response().status, 400);
  EXPECT_EQ(upstream_.request_count(), 0U);
  proxy.wait_for_log("TLS_PLAIN_HTTP");
}

/// The field has another name from the reload on, and nobody may send that one himself.
TEST_F(TlsClients, AreToldOfInTheFieldThatTheLastReloadHasNamed) {
  FakeUpstream upstream{
      [](const Request& request) { return reply(200, request.field("x-subject") + " " + request.field("x-who")); }};
  const Config asks = asking(true).with("/upstreams/origin/backends/0/url", upstream.url());
  ProxyUnderTest proxy{asks};
  const base::PemPair alice = make_certificate({}, {.common_name = "Alice", .signer = &authority_});
  TlsClient before{proxy.address(), &alice};
  ASSERT_EQ(before.get("/").body, "CN=Alice ");

  ASSERT_EQ(proxy.reload(asks.with("/listeners/0/tls/client_certificates/subject_header", "X-Who")), "applied");

  EXPECT_TRUE(before.closes()) << "it would go on by the old name";
  EXPECT_EQ((TlsClient{proxy.address(), &alice}.get("/").body), " CN=Alice");
  EXPECT_EQ(RawClient{proxy.address("plain")}.get("/", "X-Who: CN=Alice\r\n").body, " ");
}

TEST_F(TlsClients, AreServedByTheRulesOfTheLastReload) {
  ProxyUnderTest proxy{asking(true)};
  const std::string address = proxy.address();
  const Config plain = route_all_to(upstream_).with("/listeners/0/address", address);
  const Config secured = this->secured(plain);

  for (int round = 0; round < 2; ++round) {
    ASSERT_EQ(proxy.reload(secured), "applied");
    EXPECT_EQ(RawClient{address}.get("/").status, 400);
    ASSERT_EQ(proxy.reload(plain), "applied");
    EXPECT_EQ(RawClient{address}.get("/").status, 200);
  }
}

TEST_F(Tls, AreToldToStayWithHttps) {
  FakeUpstream upstream{[](const Request& request) {
    return request.target == "/sets" ? reply(200, "", "Strict-Transport-Security: max-age=1\r\n") : reply(200);
  }};
  ProxyUnderTest proxy{secured(route_all_to(upstream))
                           .with("/routes/0/match/path_prefix", "/sets")
                           .with("/listeners/0/tls/hsts", "max-age=60; includeSubDomains")};

  for (const char* version : {"--http1.1", "--http2"}) {
    for (const char* path : {"/sets", "/missing"}) {
      const std::string answer = base::to_lower(curl(proxy, path, {"-i", version}).out);
      EXPECT_THAT(answer, HasSubstr("strict-transport-security: max-age=60; includesubdomains\r\n")) << version << path;
      EXPECT_THAT(answer, Not(HasSubstr("max-age=1\r\n"))) << version << path;
    }
  }
}

TEST(HttpsRedirectListener, SendsRequestsInPlainTextToHttps) {
  FakeUpstream upstream{reply(200, "served")};
  ProxyUnderTest proxy{route_all_to(upstream)
                           .with("/listeners/0/https_redirect", true)
                           .with("/listeners/0/https_port", 8443)
                           .with("/trusted_proxies/0", "127.0.0.0/8")};
  RawClient client{proxy.address()};

  const Response moved = client.get("/a?b=c");
  EXPECT_EQ(moved.status, 308);
  EXPECT_EQ(moved.field("location"), "https://test.example:8443/a?b=c");
  EXPECT_EQ(client.get("/", "X-Forwarded-Proto: https\r\n").body, "served");
  EXPECT_EQ(client.get("/.well-known/acme-challenge/x").body, "served");
}

TEST(HttpsRedirectListener, StopsWhenAReloadSaysSo) {
  FakeUpstream upstream{reply(200, "served")};
  const Config config = route_all_to(upstream).with("/listeners/0/https_redirect", true);
  ProxyUnderTest proxy{config};
  RawClient client{proxy.address()};
  ASSERT_EQ(client.get("/").status, 308);

  ASSERT_EQ(proxy.reload(config.with("/listeners/0/https_redirect", false)), "applied");

  EXPECT_EQ(client.get("/").body, "served") << "on the connection that was there before";
}

}  // namespace
}  // namespace headgate::testing
