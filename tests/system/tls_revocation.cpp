// Revocation lists: of clients' certificates, and of backends'.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/admin_api.hpp"
#include "support/fake_upstream.hpp"
#include "support/raw_client.hpp"
#include "support/tls_client.hpp"
#include "system/tls_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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

  /// All that openssl says of a request, so that a ticket of TLS 1.3 comes too.
  [[nodiscard]] std::string ask_as(const ProxyUnderTest& proxy, const std::string& who,
                                   const std::string& options) const {
    return run({"sh", "-c",
                R"(printf 'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n' | openssl s_client -ign_eof -connect )" +
                    proxy.address() + " -servername a.test -cert " + (folder_ / (who + ".pem")) + " -key " +
                    (folder_ / (who + ".key")) + " " + options})
        .out;
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

TEST_F(TlsRevocation, TellsOfAListBeforeItsEnd) {
  publish(make_revocation_list(authority_, {}, std::chrono::minutes{30}));  // and from two hours ago
  ProxyUnderTest proxy{with_admin(asking())};

  const LogRecord told = proxy.wait_for_log("REVOCATION_LIST_EXPIRES");
  EXPECT_EQ(told["level"], "warn");
  EXPECT_EQ(told["listener"], "web");
  EXPECT_EQ(told["file"], folder_ / "crl.pem");
  EXPECT_THAT(RawClient{proxy.address("admin")}.get("/metrics").body,
              HasSubstr("headgate_certificate_expiry_timestamp_seconds{kind=\"revocation_list\",listener=\"web\","));
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

TEST_F(TlsRevocation, EndsConnectionsThatAreOpenWhenANewListComes) {
  ProxyUnderTest proxy{asking()};
  TlsClient bob{proxy.address(), &bob_};
  ASSERT_EQ(bob.get("/").body, "in");

  ASSERT_EQ(proxy.reload_after([&] { publish(make_revocation_list(authority_, {bob_})); }), "applied");

  EXPECT_TRUE(bob.closes());
  EXPECT_ANY_THROW((TlsClient{proxy.address(), &bob_}.get("/"))) << "he comes again";
  EXPECT_EQ((TlsClient{proxy.address(), &alice_}.get("/").body), "in");
}

TEST_F(TlsRevocation, ResumesNoSessionThatWasVerifiedWithAnotherList) {
  ProxyUnderTest proxy{asking()};
  const auto ask = [&](const std::string& version, const std::string& session) {
    return ask_as(proxy, "bob", "-tls1_" + version + " " + session + " " + (folder_ / ("session" + version)));
  };
  for (const std::string version : {"2", "3"}) {
    (void)ask(version, "-sess_out");
    ASSERT_THAT(ask(version, "-sess_in"), HasSubstr("Reused, TLSv1." + version));
  }

  EXPECT_EQ(proxy.reload_after([&] { publish(make_revocation_list(authority_, {bob_})); }), "applied");

  for (const std::string version : {"2", "3"}) {
    const std::string out = ask(version, "-sess_in");
    EXPECT_THAT(out, Not(HasSubstr("Reused"))) << version;
    EXPECT_THAT(out, Not(HasSubstr("200 OK"))) << version;
  }
  EXPECT_TRUE(wait_until([&] { return proxy.count_log("CLIENT_CERTIFICATE_INVALID") == 2; }));
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

  EXPECT_EQ(run({"curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "http://" + proxy.address()}).out, "502");
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_CERTIFICATE_INVALID")["detail"], "certificate revoked");
}

}  // namespace
}  // namespace headgate::testing
