// OCSP responses that Headgate fetches itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <fmt/format.h>

#include <mutex>

#include "base/certificate.hpp"
#include "support/fake_upstream.hpp"
#include "system/tls_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;

class TlsOcsp : public Tls {
 protected:
  void name_responder(const std::string& url) {
    site_ = make_certificate({"a.test"}, {.signer = &authority_, .ocsp_responder = url});
    install({site_.certificates + authority_.certificates, site_.key});
  }
  [[nodiscard]] Config fetching() const {
    return secured(saying("here")).with("/listeners/0/tls/certificates/0/ocsp_fetch", true);
  }
  void answer(std::string der) {
    const std::lock_guard lock{mutex_};
    answer_ = std::move(der);
  }
  [[nodiscard]] std::string stapled(const ProxyUnderTest& proxy) const { return s_client(proxy, "-status").out; }
  [[nodiscard]] bool staples_soon(const ProxyUnderTest& proxy) const {
    return wait_until([&] { return stapled(proxy).find("OCSP Response Status: successful") != std::string::npos; });
  }
  /// What is logged of an answer that cannot be stapled.
  std::string problem_with(std::string der) {
    name_responder(responder_.url());
    answer(std::move(der));
    ProxyUnderTest proxy{fetching()};
    std::string detail = proxy.wait_for_log("OCSP_FETCH_FAILED")["detail"];
    EXPECT_THAT(stapled(proxy), HasSubstr("OCSP response: no response sent"));
    return detail;
  }

  const base::PemPair authority_ = make_certificate({}, {.common_name = "Authority"});
  base::PemPair site_;
  std::mutex mutex_;
  std::string answer_;
  FakeUpstream responder_{[this](const Request& /*question*/) {
    const std::lock_guard lock{mutex_};
    return reply(answer_.empty() ? 503 : 200, answer_, "Content-Type: application/ocsp-response\r\n");
  }};
};

TEST_F(TlsOcsp, AsksTheResponderThatTheCertificateNamesAndStaplesItsAnswer) {
  name_responder(responder_.url() + "/ocsp");
  answer(make_ocsp_response(site_, authority_, true, 2h));
  ProxyUnderTest proxy{fetching()};

  EXPECT_TRUE(staples_soon(proxy));
  EXPECT_THAT(stapled(proxy), HasSubstr("Cert Status: good"));
  const Request question = responder_.requests().front();
  EXPECT_EQ(question.method + " " + question.target, "POST /ocsp");
  EXPECT_EQ(question.field("content-type"), "application/ocsp-request");
}

TEST_F(TlsOcsp, SpeaksToTheResponderOfOpenssl) {
  const std::string address = local_address(listen_on("127.0.0.1:0"));  // free now
  name_responder("http://" + address);
  install(authority_, "ca");
  const base::BioPtr pem{BIO_new_mem_buf(site_.certificates.data(), -1)};
  const base::CertificatePtr leaf{PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr)};
  const long serial = ASN1_INTEGER_get(X509_get0_serialNumber(leaf.get()));
  std::string hex = fmt::format("{:X}", serial);
  if (hex.size() % 2 != 0) hex.insert(0, "0");
  write_file(folder_ / "index.txt", "V\t400101000000Z\t\t" + hex + "\tunknown\t/CN=common.test\n");
  const ChildProcess responder{{"openssl", "ocsp", "-index", folder_ / "index.txt", "-port",
                                address.substr(address.rfind(':') + 1), "-rsigner", folder_ / "ca.pem", "-rkey",
                                folder_ / "ca.key", "-CA", folder_ / "ca.pem", "-nmin", "60"}};
  ProxyUnderTest proxy{fetching()};

  EXPECT_TRUE(staples_soon(proxy)) << responder.err();
  EXPECT_THAT(stapled(proxy), HasSubstr("Cert Status: good"));
}

TEST_F(TlsOcsp, AsksAgainWhenTheResponderIsBack) {
  name_responder(responder_.url());
  ProxyUnderTest proxy{fetching()};
  EXPECT_THAT(proxy.wait_for_log("OCSP_FETCH_FAILED")["detail"], HasSubstr("status 503"));

  answer(make_ocsp_response(site_, authority_, true, 2h));

  EXPECT_TRUE(staples_soon(proxy));
}

TEST_F(TlsOcsp, KeepsWhatItHasOverAReload) {
  name_responder(responder_.url());
  answer(make_ocsp_response(site_, authority_, true, 2h));
  ProxyUnderTest proxy{fetching()};
  ASSERT_TRUE(staples_soon(proxy));
  const std::size_t asked = responder_.request_count();

  ASSERT_EQ(proxy.reload(fetching().with("/timeouts/client_idle", "9s")), "applied");

  EXPECT_THAT(stapled(proxy), HasSubstr("Cert Status: good"));
  EXPECT_EQ(responder_.request_count(), asked);
}

TEST_F(TlsOcsp, KeepsWhatItHasOverAReloadThatIsRefused) {
  name_responder(responder_.url());
  answer(make_ocsp_response(site_, authority_, true, 2h));
  ProxyUnderTest proxy{fetching()};
  ASSERT_TRUE(staples_soon(proxy));
  const std::size_t asked = responder_.request_count();
  const Socket taken = listen_on("127.0.0.1:0");

  ASSERT_EQ(proxy.reload(secured(saying("nothing is fetched"))
                             .with("/listeners/1/name", "taken")
                             .with("/listeners/1/address", local_address(taken))),
            "refused");
  ASSERT_EQ(proxy.reload(fetching().with("/timeouts/client_idle", "9s")), "applied");

  EXPECT_THAT(stapled(proxy), HasSubstr("Cert Status: good"));
  EXPECT_EQ(responder_.request_count(), asked);
}

TEST_F(TlsOcsp, StaplesNothingWhenTheCertificateIsRevokedAndSaysSo) {
  name_responder(responder_.url());
  answer(make_ocsp_response(site_, authority_, false, 2h));
  ProxyUnderTest proxy{fetching()};

  EXPECT_EQ(proxy.wait_for_log("CERTIFICATE_REVOKED")["file"], folder_ / "site.pem");
  EXPECT_THAT(stapled(proxy), HasSubstr("OCSP response: no response sent"));
}

TEST_F(TlsOcsp, StaplesNoNonsense) { EXPECT_EQ(problem_with("nonsense"), "it is no OCSP response in DER"); }

TEST_F(TlsOcsp, StaplesNothingThatIsTooOld) {
  name_responder(responder_.url());
  answer(make_ocsp_response(site_, authority_, true, -1h));
  ProxyUnderTest proxy{fetching()};

  EXPECT_EQ(proxy.wait_for_log("OCSP_FETCH_FAILED")["detail"], "the OCSP response is too old");
  EXPECT_THAT(stapled(proxy), HasSubstr("OCSP response: no response sent"));
}

TEST_F(TlsOcsp, StaplesNothingThatTheAuthorityHasNotSigned) {
  const base::PemPair impostor = make_certificate({}, {.common_name = "Authority"});
  name_responder(responder_.url());
  answer(make_ocsp_response(site_, {{&authority_, true}}, impostor, 2h));
  ProxyUnderTest proxy{fetching()};

  EXPECT_THAT(proxy.wait_for_log("OCSP_FETCH_FAILED")["detail"],
              HasSubstr("the OCSP response is not signed by the authority"));
  EXPECT_THAT(stapled(proxy), HasSubstr("OCSP response: no response sent"));
}

TEST_F(TlsOcsp, ServesOnWhileTheResponderHangsAndStopsInPeace) {
  FakeUpstream silent{[](UpstreamConnection& connection) {
    connection.receive();
    (void)connection.closes();
  }};
  name_responder(silent.url());
  ProxyUnderTest proxy{fetching().with("/timeouts/ocsp_fetch", "300ms")};

  EXPECT_EQ(curl(proxy, "/", {"--insecure"}).out, "here");
  EXPECT_EQ(proxy.wait_for_log("OCSP_FETCH_FAILED")["detail"], "no answer within timeouts.ocsp_fetch");
  EXPECT_EQ(proxy.stop(), 0);
}

TEST_F(TlsOcsp, ServesOnWhenNobodyIsThereToBeAsked) {
  name_responder("http://127.0.0.1:1");
  ProxyUnderTest proxy{fetching()};

  EXPECT_THAT(proxy.wait_for_log("OCSP_FETCH_FAILED")["detail"], HasSubstr("127.0.0.1:1: Connection refused"));
  EXPECT_EQ(curl(proxy, "/", {"--insecure"}).out, "here");
}

}  // namespace
}  // namespace headgate::testing
