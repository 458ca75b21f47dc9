// Revocation lists: of clients' certificates, and of backends'.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_upstream.hpp"
#include "system/tls_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;

class TlsRevocation : public Tls {
 protected:
  void SetUp() override {
    Tls::SetUp();
    write_file(folder_ / "ca.pem", authority_.certificates);
    publish(make_revocation_list(authority_, {}));
    install(alice_, "alice");
    install(bob_, "bob");
  }
  void publish(const std::string& list) const { replace_file(folder_ / "crl.pem", list); }
  [[nodiscard]] Config asking() const {
    return secured(route_all_to(upstream_))
        .with(
            "/listeners/0/tls/client_certificates",
            Value::of_json(R"({ "ca": ")" + (folder_ / "ca.pem") + R"(", "crl": ")" + (folder_ / "crl.pem") + "\" }"));
  }
  [[nodiscard]] Finished get_as(const ProxyUnderTest& proxy, const std::string& who) const {
    return curl(proxy, "/", {"--cert", folder_ / (who + ".pem"), "--key", folder_ / (who + ".key")});
  }

  const base::PemPair authority_ = make_certificate({}, {.common_name = "Authority"});
  const base::PemPair alice_ = make_certificate({}, {.common_name = "Alice", .signer = &authority_});
  const base::PemPair bob_ = make_certificate({}, {.common_name = "Bob", .signer = &authority_});
  FakeUpstream upstream_{reply(200, "in")};
};

TEST_F(TlsRevocation, RefusesClientsThatAreOnTheListAndNoOthers) {
  publish(make_revocation_list(authority_, {bob_}));
  ProxyUnderTest proxy{asking()};

  EXPECT_EQ(get_as(proxy, "alice").out, "in");
  EXPECT_NE(get_as(proxy, "bob").exit_code, 0);
  EXPECT_EQ(proxy.wait_for_log("CLIENT_CERTIFICATE_INVALID")["detail"], "certificate revoked");
}

TEST_F(TlsRevocation, RefusesEverybodyOnceTheListIsOutOfDate) {
  publish(make_revocation_list(authority_, {}, std::chrono::hours{-1}));
  ProxyUnderTest proxy{asking()};

  EXPECT_NE(get_as(proxy, "alice").exit_code, 0);
  EXPECT_EQ(proxy.wait_for_log("CLIENT_CERTIFICATE_INVALID")["detail"], "CRL has expired");
}

TEST_F(TlsRevocation, RefusesWhoseAuthorityHasNoList) {
  const base::PemPair other = make_certificate({}, {.common_name = "Other"});
  publish(make_revocation_list(other, {}));
  ProxyUnderTest proxy{asking()};

  EXPECT_NE(get_as(proxy, "alice").exit_code, 0);
  EXPECT_EQ(proxy.wait_for_log("CLIENT_CERTIFICATE_INVALID")["detail"], "unable to get certificate CRL");
}

TEST_F(TlsRevocation, TakesANewListWhileItRuns) {
  ProxyUnderTest proxy{asking()};
  ASSERT_EQ(get_as(proxy, "bob").out, "in");

  EXPECT_EQ(proxy.reload_after([&] { publish(make_revocation_list(authority_, {bob_})); }), "applied");

  EXPECT_NE(get_as(proxy, "bob").exit_code, 0);
  EXPECT_EQ(get_as(proxy, "alice").out, "in");
}

TEST_F(TlsRevocation, ResumesNoSessionThatWasVerifiedWithAnotherList) {
  ProxyUnderTest proxy{asking()};
  const std::string session = folder_ / "session";
  const std::string bob = " -tls1_2 -cert " + (folder_ / "bob.pem") + " -key " + (folder_ / "bob.key");
  (void)s_client(proxy, bob + " -sess_out " + session);
  ASSERT_THAT(s_client(proxy, bob + " -sess_in " + session).out, HasSubstr("Reused, TLSv1.2"));

  EXPECT_EQ(proxy.reload_after([&] { publish(make_revocation_list(authority_, {bob_})); }), "applied");

  EXPECT_NE(s_client(proxy, bob + " -sess_in " + session).exit_code, 0);
}

TEST_F(TlsRevocation, KeepsTheOldListWhenTheNewOneIsOfSomebodyElse) {
  publish(make_revocation_list(authority_, {bob_}));
  ProxyUnderTest proxy{asking()};
  const base::PemPair impostor = make_certificate({}, {.common_name = "Authority"});

  EXPECT_EQ(proxy.reload_after([&] { publish(make_revocation_list(impostor, {})); }), "refused");

  EXPECT_THAT(proxy.wait_for_log("RELOAD_FAILED").line, HasSubstr("not signed by the authority that it names"));
  EXPECT_NE(get_as(proxy, "bob").exit_code, 0);
  EXPECT_EQ(get_as(proxy, "alice").out, "in");
}

/// One proxy stands in for a backend with TLS, the other is asked.
TEST_F(TlsRevocation, RefusesABackendThatIsOnTheList) {
  const base::PemPair site = make_certificate({"a.test"}, {.signer = &authority_});
  install(site);
  ProxyUnderTest backend{secured(route_all_to(upstream_))};
  const Config asks = route_all_to({"https://" + backend.address()})
                          .with("/upstreams/origin/tls/ca", folder_ / "ca.pem")
                          .with("/upstreams/origin/tls/crl", folder_ / "crl.pem")
                          .with("/upstreams/origin/tls/server_name", "a.test");
  ProxyUnderTest proxy{asks};
  ASSERT_EQ(run({"curl", "-sS", "http://" + proxy.address()}).out, "in");

  EXPECT_EQ(proxy.reload_after([&] { publish(make_revocation_list(authority_, {site})); }), "applied");

  (void)run({"curl", "-sS", "http://" + proxy.address()});
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_CERTIFICATE_INVALID")["detail"], "certificate revoked");
}

}  // namespace
}  // namespace headgate::testing
