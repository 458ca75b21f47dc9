// Sessions that are resumed, and certificates that are chosen, seen with openssl s_client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support/fake_upstream.hpp"
#include "system/tls_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class TlsSessions : public Tls {
 protected:
  /// Asks for a page, so that a ticket of TLS 1.3 comes too; `option` is -sess_out or -sess_in.
  [[nodiscard]] std::string ask(const ProxyUnderTest& proxy, const std::string& option) const {
    return run({"sh", "-c",
                R"((printf 'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n') | openssl s_client -ign_eof -connect )" +
                    proxy.address() + " -servername a.test " + option + " " + (folder_ / "session")})
        .out;
  }
  FakeUpstream upstream_{reply(200)};
};

TEST_F(TlsSessions, OfOneDotThreeAreResumedAlsoAfterAReload) {
  ProxyUnderTest proxy{secured(route_all_to(upstream_))};
  EXPECT_THAT(ask(proxy, "-tls1_3 -sess_out"), HasSubstr("New, TLSv1.3"));

  EXPECT_THAT(ask(proxy, "-tls1_3 -sess_in"), HasSubstr("Reused, TLSv1.3"));
  ASSERT_EQ(proxy.reload(secured(route_all_to(upstream_)).with("/timeouts/client_idle", "9s")), "applied");
  EXPECT_THAT(ask(proxy, "-tls1_3 -sess_in"), HasSubstr("Reused, TLSv1.3"));
}

TEST_F(TlsSessions, AreResumedByAnotherInstanceWithTheSameKeys) {
  write_file(folder_ / "ticket.key", std::string(80, 'k'));
  const Config config = secured(route_all_to(upstream_)).with("/listeners/0/tls/ticket_keys/0", folder_ / "ticket.key");
  ProxyUnderTest first{config};
  ProxyUnderTest second{config};
  ProxyUnderTest stranger{secured(route_all_to(upstream_))};
  (void)ask(first, "-tls1_3 -sess_out");

  EXPECT_THAT(ask(second, "-tls1_3 -sess_in"), HasSubstr("Reused, TLSv1.3"));
  EXPECT_THAT(ask(stranger, "-tls1_3 -sess_in"), HasSubstr("New, TLSv1.3"));
}

TEST_F(TlsSessions, AreNeverResumedWhenTheyHaveNoLifetime) {
  ProxyUnderTest proxy{secured(route_all_to(upstream_)).with("/listeners/0/tls/session_lifetime", "0s")};
  for (const std::string version : {"-tls1_2", "-tls1_3"}) {
    (void)ask(proxy, version + " -sess_out");

    EXPECT_FALSE(std::filesystem::exists(folder_ / "session")) << version << ": the client has nothing to keep";
  }
}

TEST_F(TlsSessions, TakeNoEarlyData) {
  ProxyUnderTest proxy{secured(route_all_to(upstream_))};

  EXPECT_THAT(ask(proxy, "-tls1_3 -sess_out"), HasSubstr("Max Early Data: 0"));
}

TEST_F(TlsSessions, HaveTheCertificateOfTheNameAndOfTheKindOfKeyThatTheClientKnows) {
  using Key = CertificateWishes::Key;
  install(make_certificate({"a.test"}, {.key = Key::rsa, .common_name = "rsa"}), "rsa");
  install(make_certificate({"*.wild.test"}, {.common_name = "wild"}), "wild");
  Config config = secured(route_all_to(upstream_));
  for (const std::string name : {"rsa", "wild"})
    config = config.with("/listeners/0/tls/certificates/-",
                         Value::of_json(R"({"certificate": ")" + (folder_ / (name + ".pem")) + R"(", "key": ")" +
                                        (folder_ / (name + ".key")) + "\"}"));
  ProxyUnderTest proxy{config};

  EXPECT_THAT(s_client(proxy, "-sigalgs rsa_pss_rsae_sha256").out, HasSubstr("subject=CN = rsa"));
  EXPECT_THAT(s_client(proxy, "-sigalgs ecdsa_secp256r1_sha256").out, HasSubstr("subject=CN = common.test"));
  EXPECT_THAT(s_client(proxy, "-servername x.wild.test").out, HasSubstr("subject=CN = wild"));
  EXPECT_THAT(s_client(proxy, "-servername unknown.test").out, HasSubstr("subject=CN = common.test"));
}

TEST_F(TlsSessions, BeginWithTheStapleOfTheAuthority) {
  const auto authority = make_certificate({}, {.common_name = "Authority"});
  const auto site = make_certificate({"a.test"}, {.signer = &authority});
  install(site);
  write_file(folder_ / "staple", make_ocsp_response(site, authority, true, 2h));
  ProxyUnderTest proxy{
      secured(route_all_to(upstream_)).with("/listeners/0/tls/certificates/0/ocsp", folder_ / "staple")};

  EXPECT_THAT(s_client(proxy, "-status").out, HasSubstr("Cert Status: good"));
}

}  // namespace
}  // namespace headgate::testing
