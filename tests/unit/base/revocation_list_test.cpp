#include "base/revocation_list.hpp"

#include <gtest/gtest.h>

#include "base/certificate.hpp"
#include "support/test_certificate.hpp"

namespace headgate::base {
namespace {

using headgate::testing::make_certificate;
using headgate::testing::make_revocation_list;
using namespace std::chrono_literals;

const PemPair& authority() {
  static const PemPair pem = make_certificate({}, {.common_name = "Authority"});
  return pem;
}

TEST(RevocationList, IsOneOfSeveralInAFile) {
  const std::string pem = make_revocation_list(authority(), {}) + make_revocation_list(authority(), {authority()});

  EXPECT_EQ(revocation_lists_in(pem).size(), 2U);
}

TEST(RevocationList, IsInPem) {
  EXPECT_THROW((void)revocation_lists_in(""), CertificateError);
  EXPECT_THROW((void)revocation_lists_in(authority().certificates), CertificateError);
  std::string spoilt = make_revocation_list(authority(), {});
  spoilt[60] = '*';
  EXPECT_THROW((void)revocation_lists_in(spoilt), CertificateError);
}

TEST(RevocationList, SaysUntilWhenItCounts) {
  const auto lists = revocation_lists_in(make_revocation_list(authority(), {}, 2h));

  EXPECT_GT(end_of(lists[0].get()), std::chrono::system_clock::now() + 1h);
  EXPECT_LT(end_of(lists[0].get()), std::chrono::system_clock::now() + 3h);
}

TEST(RevocationList, OfAContextEndsFirst) {
  const SslContextPtr context{SSL_CTX_new(TLS_server_method())};
  EXPECT_EQ(first_end_of_lists(context.get()), std::chrono::sys_seconds::max());
  const PemPair other = make_certificate({}, {.common_name = "Other"});

  refuse_revoked(context.get(), make_revocation_list(authority(), {}, 9h) + make_revocation_list(other, {}, 2h), {});

  EXPECT_GT(first_end_of_lists(context.get()), std::chrono::system_clock::now() + 1h);
  EXPECT_LT(first_end_of_lists(context.get()), std::chrono::system_clock::now() + 3h);
}

TEST(RevocationList, IsSignedByTheAuthorityThatItNames) {
  const PemPair impostor = make_certificate({}, {.common_name = "Authority"});
  const PemPair other = make_certificate({}, {.common_name = "Other"});
  const auto list = revocation_lists_in(make_revocation_list(authority(), {}));

  EXPECT_NO_THROW(check_signature(list[0].get(), certificates_in(authority().certificates)));
  EXPECT_NO_THROW(check_signature(list[0].get(), certificates_in(impostor.certificates + authority().certificates)));
  EXPECT_NO_THROW(check_signature(list[0].get(), certificates_in(other.certificates)));  // of one in between, perhaps
  EXPECT_THROW(check_signature(list[0].get(), certificates_in(impostor.certificates)), CertificateError);
}

}  // namespace
}  // namespace headgate::base
