#include "base/certificate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_certificate.hpp"

namespace headgate::base {
namespace {

using headgate::testing::make_certificate;
using ::testing::ElementsAre;
using ::testing::StartsWith;

/// What is said of the pair; "" when nothing is wrong.
std::string problem_of(const PemPair& pem) {
  try {
    const Certificate certificate{pem};
  } catch (const CertificateError& error) {
    return (error.in_key() ? "key: " : "certificate: ") + std::string{error.what()};
  }
  return {};
}

TEST(Certificate, KnowsItsNamesInLowerCase) {
  EXPECT_THAT(Certificate{make_certificate({"A.test", "*.b.test"})}.names(), ElementsAre("a.test", "*.b.test"));
}

TEST(Certificate, IsForItsSubjectWhenItHasNoOtherName) {
  EXPECT_THAT(Certificate{make_certificate({})}.names(), ElementsAre("common.test"));
}

TEST(Certificate, KnowsItsTime) {
  const auto now = std::chrono::system_clock::now();
  const Certificate certificate{
      make_certificate({"a.test"}, {.begins = std::chrono::hours{-2}, .ends = std::chrono::hours{2}})};

  EXPECT_LT(certificate.not_before(), now - std::chrono::hours{1});
  EXPECT_GT(certificate.not_after(), now + std::chrono::hours{1});
  EXPECT_LT(certificate.not_after(), now + std::chrono::hours{3});
}

TEST(Certificate, SaysWhichOfTheTwoIsWrong) {
  const PemPair good = make_certificate({"a.test"});
  const PemPair other = make_certificate({"a.test"});

  EXPECT_EQ(problem_of(good), "");
  EXPECT_EQ(problem_of({good.certificates, other.key}),
            "key: the key does not belong to the certificate, the first one in its file");
  EXPECT_EQ(problem_of({"", good.key}), "certificate: there is no certificate in PEM in it");
  EXPECT_EQ(problem_of({good.key, good.key}), "certificate: there is no certificate in PEM in it");
  EXPECT_THAT(problem_of({good.certificates, good.certificates}), StartsWith("key: there is no private key in PEM"));
  const std::string cut = good.certificates.substr(0, good.certificates.size() / 2);
  EXPECT_THAT(problem_of({good.certificates + cut, good.key}), StartsWith("certificate: a certificate cannot be read"));
}

TEST(PeerCertificate, IsDescribedInAscii) {
  const auto shown = certificates_in(make_certificate({}, {.common_name = "Zoë,\r\nX: y"}).certificates);

  const PeerCertificate described = describe(shown.front().get());

  EXPECT_EQ(described.subject, "CN=Zo\\C3\\AB\\,\\0D\\0AX: y");
  EXPECT_EQ(described.fingerprint.size(), 64U);
  EXPECT_EQ(described.fingerprint.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(CertificatesIn, AreAllOfTheText) {
  const std::string two = make_certificate({}).certificates + "words between\n" + make_certificate({}).certificates;

  EXPECT_EQ(certificates_in(two).size(), 2U);
  EXPECT_THROW((void)certificates_in("none"), CertificateError);
}

}  // namespace
}  // namespace headgate::base
