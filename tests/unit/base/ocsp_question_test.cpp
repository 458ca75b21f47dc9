#include "base/ocsp_question.hpp"

#include <gtest/gtest.h>

#include "support/test_certificate.hpp"

namespace headgate::base {
namespace {

using headgate::testing::make_certificate;
using headgate::testing::make_ocsp_response;
using namespace std::chrono_literals;

class OcspQuestionTest : public ::testing::Test {
 protected:
  [[nodiscard]] PemPair signed_site(const std::string& responder) const {
    return make_certificate({"a.test"}, {.signer = &authority_, .ocsp_responder = responder});
  }
  [[nodiscard]] OcspQuestion question_of(const PemPair& site) const {
    return OcspQuestion{Certificate{{site.certificates + authority_.certificates, site.key}}};
  }
  static std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }

  const PemPair authority_ = make_certificate({}, {.common_name = "Authority"});
  const PemPair site_ = signed_site("http://ocsp.test/a?b");
};

TEST_F(OcspQuestionTest, GoesWhereTheCertificateSays) {
  const OcspQuestion question = question_of(site_);

  EXPECT_EQ(to_string(question.responder()), "ocsp.test:80");
  EXPECT_EQ(question.target(), "/a?b");
  EXPECT_EQ(to_string(question_of(signed_site("http://[::1]:8080")).responder()), "[::1]:8080");
}

TEST_F(OcspQuestionTest, IsForNobodyWithoutAResponderOfHttp) {
  EXPECT_THROW((void)question_of(signed_site("")), CertificateError);
  EXPECT_THROW((void)question_of(signed_site("https://ocsp.test")), CertificateError);
  EXPECT_THROW((void)question_of(signed_site("ftp://ocsp.test")), CertificateError);
}

TEST_F(OcspQuestionTest, NeedsTheIssuer) { EXPECT_THROW(OcspQuestion{Certificate{site_}}, CertificateError); }

TEST_F(OcspQuestionTest, TakesWhatTheIssuerHasSigned) {
  const OcspResponse response = question_of(site_).read(make_ocsp_response(site_, authority_, true, 2h), now());

  EXPECT_TRUE(response.is_good());
}

TEST_F(OcspQuestionTest, RefusesWhatSomebodyElseHasSigned) {
  const OcspQuestion question = question_of(site_);
  const PemPair impostor = make_certificate({}, {.common_name = "Authority"});
  const PemPair not_appointed = make_certificate({}, {.common_name = "Sibling", .signer = &authority_});

  EXPECT_THROW((void)question.read(make_ocsp_response(site_, impostor, true, 2h), now()), CertificateError);
  EXPECT_THROW((void)question.read(make_ocsp_response(site_, not_appointed, true, 2h), now()), CertificateError);
}

TEST_F(OcspQuestionTest, TakesWhatOneSignsWhomTheIssuerHasAppointed) {
  const OcspQuestion question = question_of(site_);
  const auto says = [&](const PemPair& delegate) {
    return question.read(make_ocsp_response(site_, {{&authority_, true}}, delegate, 2h), now()).is_good();
  };
  const PemPair appointed = make_certificate({}, {.signer = &authority_, .usage = "OCSPSigning"});
  const PemPair not_any_more = make_certificate({}, {.ends = -1s, .signer = &authority_, .usage = "OCSPSigning"});
  const PemPair for_something_else = make_certificate({}, {.signer = &authority_, .usage = "serverAuth"});
  const PemPair stranger = make_certificate({}, {.common_name = "Authority"});
  const PemPair appointed_by_a_stranger = make_certificate({}, {.signer = &stranger, .usage = "OCSPSigning"});

  EXPECT_TRUE(says(appointed));
  EXPECT_THROW((void)says(not_any_more), CertificateError);
  EXPECT_THROW((void)says(for_something_else), CertificateError);
  EXPECT_THROW((void)says(appointed_by_a_stranger), CertificateError);
}

TEST_F(OcspQuestionTest, RefusesWhatIsNotValidNow) {
  const OcspQuestion question = question_of(site_);
  const std::string der = make_ocsp_response(site_, authority_, true, 2h);  // and from an hour ago

  EXPECT_THROW((void)question.read(der, now() + 3h), CertificateError);
  EXPECT_THROW((void)question.read(der, now() - 2h), CertificateError);
}

}  // namespace
}  // namespace headgate::base
