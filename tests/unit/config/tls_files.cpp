#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/wall_clock.hpp"
#include "config/load.hpp"
#include "config/tls_files.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_certificate.hpp"

namespace headgate::config {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::make_certificate;
using testing::make_ocsp_response;
using testing::make_revocation_list;
using testing::write_file;
using namespace std::chrono_literals;

/// A folder with files of TLS, and configurations that name them.
class TlsFiles : public ::testing::Test {
 protected:
  TlsFiles() { install(make_certificate({"a.test"})); }

  void install(const base::PemPair& pem) const {
    write_file(folder_ / "site.pem", pem.certificates);
    write_file(folder_ / "site.key", pem.key);
  }
  [[nodiscard]] std::string file(const std::string& name) const { return "\"" + (folder_ / name) + "\""; }
  [[nodiscard]] std::string pair(const std::string& more = {}) const {
    return R"("certificates": [{ "certificate": )" + file("site.pem") + R"(, "key": )" + file("site.key") + more + "}]";
  }
  [[nodiscard]] static Loaded listening(const std::string& tls) {
    return load_text(R"({ "listeners": [{ "address": "127.0.0.1:1", "tls": {)" + tls +
                     R"(} }], "routes": [{ "respond": {} }] })");
  }
  [[nodiscard]] static Loaded speaking(const std::string& tls, const std::string& url = "https://a") {
    return load_text(R"({ "listeners": [{ "address": "127.0.0.1:1" }], "routes": [{ "upstream": "u" }],
                          "upstreams": { "u": { "backends": [")" +
                     url + R"("], "tls": {)" + tls + "} } } }");
  }
  /// The one thing that is wrong, where and what; "" when nothing is.
  [[nodiscard]] static std::string problem(const Loaded& loaded) {
    if (loaded.diagnostics.empty()) return {};
    EXPECT_EQ(loaded.diagnostics.size(), 1U);
    return loaded.diagnostics.front().pointer + ": " + loaded.diagnostics.front().message;
  }
  [[nodiscard]] static std::string warning(const Loaded& loaded) {
    return loaded.warnings.empty() ? "" : loaded.warnings.front().message;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(TlsFiles, AreReadAndWatchedWithTheConfiguration) {
  const Loaded loaded = listening(pair());

  ASSERT_TRUE(loaded.settings) << problem(loaded);
  EXPECT_THAT(loaded.settings->listeners[0].tls->certificates[0].pem.certificates, HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_THAT(loaded.files, ::testing::ElementsAre(folder_ / "site.pem", folder_ / "site.key"));
}

TEST_F(TlsFiles, ChangeTheHashOfTheConfiguration) {
  const std::string before = listening(pair()).hash;

  install(make_certificate({"a.test"}));

  EXPECT_NE(listening(pair()).hash, before);
}

TEST_F(TlsFiles, ThatAreMissingAreMistakes) {
  EXPECT_THAT(problem(listening(pair(R"(, "ocsp": "/nowhere/staple")"))),
              HasSubstr("/listeners/0/tls/certificates/0/ocsp: the file /nowhere/staple could not be read"));
}

TEST_F(TlsFiles, ThatDoNotFitTogetherAreMistakes) {
  write_file(folder_ / "site.key", make_certificate({}).key);

  EXPECT_EQ(
      problem(listening(pair())),
      "/listeners/0/tls/certificates/0/key: the key does not belong to the certificate, the first one in its file");
}

TEST_F(TlsFiles, ThatAreAboutToExpireAreWarnedOf) {
  install(make_certificate({}, {.ends = 73h}));
  EXPECT_EQ(warning(listening(pair())), "the certificate expires in 3 days");

  install(make_certificate({}, {.begins = -2h, .ends = -1h}));
  EXPECT_EQ(warning(listening(pair())), "the certificate has expired");
}

TEST_F(TlsFiles, ThatAreNeverUsedAreWarnedOf) {
  const auto beside = [&](const base::PemPair& second) {
    write_file(folder_ / "second.pem", second.certificates);
    write_file(folder_ / "second.key", second.key);
    return warning(listening(R"("certificates": [{ "certificate": )" + file("site.pem") + R"(, "key": )" +
                             file("site.key") + R"( }, { "certificate": )" + file("second.pem") + R"(, "key": )" +
                             file("second.key") + "}]"));
  };

  EXPECT_EQ(beside(make_certificate({"a.test"})),
            "is never used: its names have a certificate with the same kind of key before it");
  EXPECT_EQ(beside(make_certificate({"a.test"}, {.key = testing::CertificateWishes::Key::rsa})), "");
  EXPECT_EQ(beside(make_certificate({"a.test", "b.test"})), "");
}

TEST_F(TlsFiles, OfOcspAreOfTheCertificateAndFresh) {
  const auto authority = make_certificate({}, {.common_name = "Authority"});
  const auto site = make_certificate({"a.test"}, {.signer = &authority});
  install(site);
  const std::string with_staple = pair(R"(, "ocsp": )" + file("staple"));

  write_file(folder_ / "staple", make_ocsp_response(site, authority, true, 2h));
  EXPECT_EQ(problem(listening(with_staple)), "");
  EXPECT_EQ(warning(listening(with_staple)), "");

  write_file(folder_ / "staple", make_ocsp_response(site, authority, true, -1s));
  EXPECT_EQ(warning(listening(with_staple)), "the OCSP response is too old to be of use: fetch a new one");

  write_file(folder_ / "staple", make_ocsp_response(site, authority, false, 2h));
  EXPECT_EQ(warning(listening(with_staple)), "the authority says that the certificate is not good any more");

  write_file(folder_ / "staple", make_ocsp_response(authority, authority, true, 2h));
  EXPECT_THAT(problem(listening(with_staple)), HasSubstr("the OCSP response is not of this certificate"));

  install({site.certificates + authority.certificates, site.key});
  write_file(folder_ / "staple", make_ocsp_response(site, authority, true, 2h));
  EXPECT_EQ(problem(listening(with_staple)), "");

  const auto impostor = make_certificate({}, {.common_name = "Authority"});
  write_file(folder_ / "staple", make_ocsp_response(site, {{&authority, true}}, impostor, 2h));
  EXPECT_THAT(problem(listening(with_staple)), HasSubstr("the OCSP response is not signed by the authority"));
}

TEST_F(TlsFiles, NeedAResponderForOcspToBeFetched) {
  const std::string fetched = pair(R"(, "ocsp_fetch": true)");
  const auto authority = make_certificate({}, {.common_name = "Authority"});
  const auto site = make_certificate({"a.test"}, {.signer = &authority, .ocsp_responder = "http://ocsp.test"});

  EXPECT_THAT(warning(listening(fetched)), HasSubstr("its issuer does not follow in the file"));

  install({site.certificates + authority.certificates, site.key});
  EXPECT_EQ(warning(listening(fetched)), "");

  write_file(folder_ / "staple", make_ocsp_response(site, authority, true, 2h));
  EXPECT_THAT(problem(listening(pair(R"(, "ocsp_fetch": true, "ocsp": )" + file("staple")))),
              HasSubstr("exclude each other"));
}

TEST_F(TlsFiles, OfRevocationListsAreOfTheAuthorityAndFresh) {
  const auto authority = make_certificate({}, {.common_name = "Authority"});
  write_file(folder_ / "ca.pem", authority.certificates);
  const std::string asking =
      pair() + R"(, "client_certificates": { "ca": )" + file("ca.pem") + R"(, "crl": )" + file("crl.pem") + " }";

  write_file(folder_ / "crl.pem", make_revocation_list(authority, {}));
  EXPECT_EQ(problem(listening(asking)), "");
  EXPECT_EQ(warning(listening(asking)), "");

  write_file(folder_ / "crl.pem", make_revocation_list(authority, {}, -1h));
  EXPECT_EQ(warning(listening(asking)), "a revocation list is out of date: certificates of its authority are refused");

  write_file(folder_ / "crl.pem", make_revocation_list(authority, {}, 50min));  // of 170 minutes
  EXPECT_EQ(warning(listening(asking)), "");

  write_file(folder_ / "crl.pem", make_revocation_list(authority, {}, 10min));
  EXPECT_EQ(warning(listening(asking)), "a revocation list is out of date in 0 hours");

  write_file(folder_ / "crl.pem", authority.certificates);
  EXPECT_EQ(problem(listening(asking)),
            "/listeners/0/tls/client_certificates/crl: there is no revocation list in PEM in it");
}

TEST_F(TlsFiles, OfRevocationListsMayBeLargerThanCertificates) {
  const auto authority = make_certificate({}, {.common_name = "Authority"});
  write_file(folder_ / "ca.pem", authority.certificates);
  write_file(folder_ / "crl.pem", make_revocation_list(authority, {}) + std::string(max_pem_bytes, '\n'));

  EXPECT_EQ(problem(speaking(R"("ca": )" + file("ca.pem") + R"(, "crl": )" + file("crl.pem"))), "");
}

TEST_F(TlsFiles, AreKnownByTheirEnd) {
  using Kind = FileTerm::Kind;
  const auto authority = make_certificate({}, {.ends = 49h, .common_name = "Authority"});
  const auto old_one = make_certificate({}, {.ends = -1h, .common_name = "Old authority"});
  write_file(folder_ / "ca.pem", old_one.certificates + authority.certificates);
  write_file(folder_ / "crl.pem", make_revocation_list(authority, {}, 24h));
  const std::string clients =
      R"(, "client_certificates": { "ca": )" + file("ca.pem") + R"(, "crl": )" + file("crl.pem") + " }";
  const std::string own = R"("certificate": )" + file("site.pem") + R"(, "key": )" + file("site.key");

  const auto of_listener = listening(pair() + clients);
  const auto of_upstream = speaking(own);

  ASSERT_TRUE(of_listener.settings) << problem(of_listener);
  const auto& terms = of_listener.settings->file_terms;
  ASSERT_EQ(terms.size(), 3U);
  const auto now = base::wall_clock_seconds();
  EXPECT_EQ(terms[0].kind, Kind::certificate);
  EXPECT_EQ(terms[0].listener, "127.0.0.1:1");
  EXPECT_FALSE(terms[0].is_due(now));
  EXPECT_EQ(terms[1].kind, Kind::authority);
  EXPECT_EQ(terms[1].file, folder_ / "ca.pem");
  EXPECT_NEAR(static_cast<double>((terms[1].until - now).count()), 49.0 * 3600, 60) << "not the one that is over";
  EXPECT_TRUE(terms[1].is_due(now));
  EXPECT_EQ(terms[2].kind, Kind::revocation_list);
  EXPECT_FALSE(terms[2].is_due(now));
  EXPECT_TRUE(terms[2].is_due(now + 20h));
  EXPECT_EQ(warning(of_listener), "an authority in it expires in 2 days");
  ASSERT_TRUE(of_upstream.settings) << problem(of_upstream);
  ASSERT_EQ(of_upstream.settings->file_terms.size(), 1U);
  EXPECT_EQ(of_upstream.settings->file_terms[0].upstream, "u");
}

TEST_F(TlsFiles, OfTicketKeysHaveEightyBytes) {
  const std::string keys = R"(, "ticket_keys": [)" + file("ticket.key") + "]";
  write_file(folder_ / "ticket.key", std::string(80, 'k'));
  const Loaded loaded = listening(pair() + keys);
  ASSERT_TRUE(loaded.settings) << problem(loaded);
  EXPECT_EQ(loaded.settings->listeners[0].tls->ticket_key_bytes.at(0), std::string(80, 'k'));

  write_file(folder_ / "ticket.key", std::string(48, 'k'));
  EXPECT_EQ(problem(listening(pair() + keys)),
            "/listeners/0/tls/ticket_keys/0: the file has 48 bytes, expected 80 random ones: openssl rand 80");
}

TEST_F(TlsFiles, OfAuthoritiesHoldCertificates) {
  const std::string clients = R"(, "client_certificates": { "ca": )" + file("ca.pem") + "}";
  write_file(folder_ / "ca.pem", make_certificate({}).certificates);
  EXPECT_EQ(problem(listening(pair() + clients)), "");
  EXPECT_EQ(problem(speaking(R"("ca": )" + file("ca.pem"))), "");

  write_file(folder_ / "ca.pem", "nothing");
  EXPECT_EQ(problem(listening(pair() + clients)),
            "/listeners/0/tls/client_certificates/ca: there is no certificate in PEM in it");
  EXPECT_EQ(problem(speaking(R"("ca": )" + file("ca.pem"))),
            "/upstreams/u/tls/ca: there is no certificate in PEM in it");
}

TEST_F(TlsFiles, OfOurOwnCertificateComeTogether) {
  EXPECT_EQ(problem(speaking(R"("certificate": )" + file("site.pem") + R"(, "key": )" + file("site.key"))), "");
  EXPECT_EQ(problem(speaking(R"("certificate": )" + file("site.pem"))),
            "/upstreams/u/tls: \"certificate\" and \"key\" come together or not at all");
}

TEST_F(TlsFiles, AreNotNeededForBackendsOfHttps) {
  const Loaded loaded = speaking("");

  ASSERT_TRUE(loaded.settings) << problem(loaded);
  EXPECT_TRUE(loaded.settings->upstreams.at("u").backends[0].address.tls);
  EXPECT_THAT(loaded.warnings, IsEmpty());
}

TEST_F(TlsFiles, HaveNoEffectWithoutABackendOfHttps) {
  EXPECT_EQ(warning(speaking(R"("verify": false)", "http://a")),
            "has no effect: no backend's url begins with https://");
}

TEST_F(TlsFiles, HaveNoEffectWhereNobodyIsVerified) {
  EXPECT_EQ(warning(speaking(R"("verify": false, "ca": )" + file("site.pem"))),
            "\"ca\" and \"crl\" have no effect: \"verify\" is false, and every certificate is taken");
  EXPECT_EQ(warning(speaking(R"("verify": false)")), "");
}

TEST_F(TlsFiles, OfTheAuthoritiesOfClientsAreNamed) {
  EXPECT_EQ(
      problem(listening(pair() + R"(, "client_certificates": { "ca": )" + file("site.pem") +
                        R"(, "subject_header": "Host" })")),
      "/listeners/0/tls/client_certificates/subject_header: found \"Host\", expected a field name: Host can be set, "
      "but neither added nor removed");
  EXPECT_EQ(
      problem(listening(pair() + R"(, "client_certificates": { "ca": )" + file("site.pem") +
                        R"(, "subject_header": "X-Real-IP" })")),
      "/listeners/0/tls/client_certificates/subject_header: found \"X-Real-IP\", expected a field name: this field "
      "says something else to backends");
  EXPECT_EQ(problem(listening(pair() + R"(, "client_certificates": { "ca": )" + file("site.pem") +
                              R"(, "subject_header": "X-A", "fingerprint_header": "x-a" })")),
            "/listeners/0/tls/client_certificates: \"subject_header\" and \"fingerprint_header\" name the same field");
  EXPECT_EQ(problem(listening(pair() + R"(, "client_certificates": { "ca": "" })")),
            "/listeners/0/tls/client_certificates/ca: found \"\", expected a path");
}

TEST_F(TlsFiles, ASocketHasNoNameToExpect) {
  EXPECT_THAT(problem(speaking("", "https://unix:/run/a.sock")), HasSubstr("Set tls.server_name"));
  EXPECT_EQ(problem(speaking(R"("server_name": "a.test")", "https://unix:/run/a.sock")), "");
}

TEST_F(TlsFiles, AListenerInPlainTextAloneRedirects) {
  const Loaded loaded = load_text(R"({ "listeners": [{ "address": "127.0.0.1:1", "https_redirect": true, "tls": {)" +
                                  pair() + R"(} }], "routes": [{ "respond": {} }] })");

  EXPECT_EQ(problem(loaded), "/listeners/0: \"https_redirect\" is for listeners in plain text: this one has \"tls\"");
}

TEST_F(TlsFiles, HstsBeginsWithItsAge) {
  EXPECT_EQ(problem(listening(pair() + R"(, "hsts": "max-age=60; includeSubDomains")")), "");
  EXPECT_THAT(problem(listening(pair() + R"(, "hsts": "includeSubDomains")")),
              HasSubstr("it begins with \"max-age=\""));
}

}  // namespace
}  // namespace headgate::config
