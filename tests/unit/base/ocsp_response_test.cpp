#include "base/ocsp_response.hpp"

#include <gtest/gtest.h>

#include "support/test_certificate.hpp"

namespace headgate::base {
namespace {

using headgate::testing::make_certificate;
using headgate::testing::make_ocsp_response;
using namespace std::chrono_literals;

class OcspResponseTest : public ::testing::Test {
 protected:
  /// Why the response is none for the certificate; "" when it is one.
  [[nodiscard]] std::string problem_of(const std::string& der) const {
    try {
      const OcspResponse response{der, Certificate{site_}.leaf(), nullptr};
    } catch (const CertificateError& error) {
      return error.what();
    }
    return {};
  }

  const PemPair authority_ = make_certificate({}, {.common_name = "Authority"});
  const PemPair site_ = make_certificate({"a.test"}, {.signer = &authority_});
};

TEST_F(OcspResponseTest, KnowsWhatIsSaidAndForHowLong) {
  const OcspResponse good{make_ocsp_response(site_, authority_, true, 2h), Certificate{site_}.leaf(), nullptr};
  const OcspResponse revoked{make_ocsp_response(site_, authority_, false, 2h), Certificate{site_}.leaf(), nullptr};

  EXPECT_TRUE(good.is_good());
  EXPECT_FALSE(revoked.is_good());
  EXPECT_GT(good.valid_until(), std::chrono::system_clock::now() + 1h);
  EXPECT_LT(good.valid_until(), std::chrono::system_clock::now() + 3h);
}

TEST_F(OcspResponseTest, IsOfOneCertificate) {
  const PemPair other = make_certificate({"b.test"}, {.signer = &authority_});

  EXPECT_EQ(problem_of(make_ocsp_response(other, authority_, true, 2h)),
            "the OCSP response is not of this certificate");
}

// Regression: the status came of one answer, the proof of another.
TEST_F(OcspResponseTest, IsOfOneIssuer) {
  const PemPair other = make_certificate({}, {.common_name = "Other"});
  const Certificate site{{site_.certificates + authority_.certificates, site_.key}};
  const std::string both = make_ocsp_response(site_, {{&other, true}, {&authority_, false}}, authority_, 2h);
  const std::string foreign = make_ocsp_response(site_, {{&other, true}}, authority_, 2h);

  EXPECT_FALSE((OcspResponse{both, site.leaf(), site.issuer()}.is_good()));
  EXPECT_THROW((OcspResponse{foreign, site.leaf(), site.issuer()}), CertificateError);
}

TEST_F(OcspResponseTest, MayNameItsIssuerByAnyDigest) {
  const Certificate site{{site_.certificates + authority_.certificates, site_.key}};
  const std::string der = make_ocsp_response(site_, {{&authority_, true, EVP_sha256()}}, authority_, 2h);

  EXPECT_TRUE((OcspResponse{der, site.leaf(), site.issuer()}.is_good()));
}

TEST_F(OcspResponseTest, IsInDer) {
  EXPECT_EQ(problem_of("nonsense"), "it is no OCSP response in DER");
  EXPECT_EQ(problem_of(""), "it is no OCSP response in DER");
  EXPECT_EQ(problem_of(make_ocsp_response(site_, authority_, true, 2h).substr(0, 50)), "it is no OCSP response in DER");
}

TEST_F(OcspResponseTest, IsNoRefusal) {
  EXPECT_EQ(problem_of({"\x30\x03\x0a\x01\x06", 5}), "the authority refused to answer: unauthorized");
}

}  // namespace
}  // namespace headgate::base
