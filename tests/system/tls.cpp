// TLS towards clients, with real ones: curl and openssl s_client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/admin_api.hpp"
#include "support/fake_upstream.hpp"
#include "support/raw_client.hpp"
#include "system/tls_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;

TEST_F(Tls, ServesCurlWhichChecksTheCertificate) {
  FakeUpstream upstream{[](const Request& request) { return reply(200, request.field("x-forwarded-proto")); }};
  ProxyUnderTest proxy{secured(route_all_to(upstream))};

  const Finished finished = curl(proxy, "/");

  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ(finished.out, "https");
}

TEST_F(Tls, CarriesLargeBodiesBothWays) {
  const std::string large(3'000'000, 'x');
  FakeUpstream upstream{[](const Request& request) { return reply(200, request.body); }};
  ProxyUnderTest proxy{secured(route_all_to(upstream))};
  write_file(folder_ / "body", large);

  const Finished finished = curl(proxy, "/", {"--data-binary", "@" + (folder_ / "body")});

  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_TRUE(finished.out == large);
}

TEST_F(Tls, SpeaksOneDotTwoAndOneDotThreeAndNothingOlder) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{secured(route_all_to(upstream))};

  EXPECT_THAT(s_client(proxy, "-tls1_2").out, HasSubstr("Protocol  : TLSv1.2"));
  EXPECT_THAT(s_client(proxy, "-tls1_3").out, HasSubstr("New, TLSv1.3"));
  EXPECT_NE(s_client(proxy, "-tls1_1 -cipher DEFAULT@SECLEVEL=0").exit_code, 0);
}

TEST_F(Tls, ResumesASession) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{secured(route_all_to(upstream))};
  const std::string session = folder_ / "session";

  (void)s_client(proxy, "-tls1_2 -sess_out " + session);

  EXPECT_THAT(s_client(proxy, "-tls1_2 -sess_in " + session).out, HasSubstr("Reused, TLSv1.2"));
}

TEST_F(Tls, LogsAHandshakeThatFails) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{secured(route_all_to(upstream))};

  RawClient{proxy.address()}.send("\x16\x03\x01 this is no handshake at all, whatever it says of itself");

  const LogRecord told = proxy.wait_for_log("TLS_HANDSHAKE_FAILED");
  EXPECT_NE(told["detail"], "");
  EXPECT_EQ(told["listener"], "web");
}

TEST_F(Tls, LogsWhomAClientAskedForWhenItsHandshakeFails) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{secured(route_all_to(upstream))};

  (void)s_client(proxy, "-alpn gopher");

  EXPECT_EQ(proxy.wait_for_log("TLS_HANDSHAKE_FAILED")["host"], "a.test");
}

TEST_F(Tls, IsQuietAboutAClientThatOnlyLooksWhetherThePortIsOpen) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{secured(route_all_to(upstream)).with("/listeners/0/defer_accept", false)};

  { const RawClient check{proxy.address()}; }

  EXPECT_EQ(proxy.wait_for_log("CLIENT_CLOSED")["level"], "debug");
  EXPECT_EQ(proxy.count_log("TLS_HANDSHAKE_FAILED"), 0U);
}

TEST_F(Tls, AnswersWhoSpeaksPlainHttpInPlainHttp) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{secured(route_all_to(upstream))};

  for (const std::string request : {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "DELETE /things HTTP/1.1\r\nHost: a\r\n\r\n",
                                    "MKCALENDAR / HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"})
    EXPECT_EQ(RawClient{proxy.address()}.ask(request).status, 400) << request;

  EXPECT_EQ(proxy.wait_for_log("TLS_PLAIN_HTTP")["client"], "127.0.0.1");
  EXPECT_EQ(proxy.count_log("TLS_HANDSHAKE_FAILED"), 0U);
}

TEST_F(Tls, TakesARenewedCertificateWithoutAWordFromAnybody) {
  FakeUpstream upstream{reply(200, "here")};
  ProxyUnderTest proxy{secured(route_all_to(upstream))};
  ASSERT_EQ(curl(proxy, "/").out, "here");

  EXPECT_EQ(proxy.reload_after([&] { install(make_certificate({"a.test"})); }), "applied");

  EXPECT_EQ(curl(proxy, "/").out, "here");  // curl trusts only the new one
}

TEST_F(Tls, KeepsTheOldPairWhenTheNewOneDoesNotFitTogether) {
  FakeUpstream upstream{reply(200, "here")};
  ProxyUnderTest proxy{secured(route_all_to(upstream))};
  const std::string before = read_file(folder_ / "site.pem");

  EXPECT_EQ(proxy.reload_after([&] { replace_file(folder_ / "site.key", make_certificate({"a.test"}).key); }),
            "refused");

  EXPECT_THAT(proxy.wait_for_log("RELOAD_FAILED").line, HasSubstr("the key does not belong to the certificate"));
  EXPECT_EQ(curl(proxy, "/").out, "here");
}

TEST_F(Tls, KeepsTheOldPairWhenTheNewOneHasExpired) {
  FakeUpstream upstream{reply(200, "here")};
  ProxyUnderTest proxy{secured(route_all_to(upstream))};

  EXPECT_EQ(proxy.reload_after([&] {
    install(make_certificate({"a.test"}, {.begins = -std::chrono::hours{48}, .ends = -std::chrono::hours{24}}));
  }),
            "refused");

  EXPECT_THAT(proxy.wait_for_log("RELOAD_FAILED").line,
              HasSubstr("site.pem: the certificate has expired, the one in use has not"));
}

TEST_F(Tls, IsAskedForItsStatusAlthoughAKeyCannotBeRead) {
  FakeUpstream upstream{reply(200)};
  Config config = with_admin(secured(route_all_to(upstream)));
  ProxyUnderTest proxy{config};
  write_file(folder_ / "client.json", config.with("/admin/address", proxy.address("admin")).text());
  write_file(folder_ / "site.key", "no key");

  const Finished status = run({HEADGATE_BINARY, "status", "--config", folder_ / "client.json"});

  EXPECT_EQ(status.exit_code, 0) << status.err;
}

TEST_F(Tls, TellsOfACertificateThatExpiresSoon) {
  FakeUpstream upstream{reply(200)};
  install(make_certificate({"a.test"}, {.ends = std::chrono::hours{100}}));
  ProxyUnderTest proxy{with_admin(secured(route_all_to(upstream)))};

  EXPECT_EQ(proxy.wait_for_log("CERTIFICATE_EXPIRES")["file"], folder_ / "site.pem");
  EXPECT_THAT(
      RawClient{proxy.address("admin")}.get("/metrics").body,
      HasSubstr("headgate_certificate_expiry_timestamp_seconds{kind=\"certificate\",listener=\"web\",upstream=\"\","));
}

TEST_F(Tls, StopsInPeaceWhileAHandshakeHangs) {
  ProxyUnderTest proxy{with_admin(secured(saying("x")))};
  RawClient admin{proxy.address("admin")};
  RawClient silent{proxy.address()};
  silent.send("\x16\x03\x01");
  ASSERT_TRUE(wait_until(
      [&] { return admin.get("/metrics").body.find("headgate_client_connections 1\n") != std::string::npos; }));

  EXPECT_EQ(proxy.stop(), 0);
}

}  // namespace
}  // namespace headgate::testing
