#include "base/revocation_list.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "base/certificate.hpp"

namespace headgate::base {
namespace {

[[noreturn]] void fail(const std::string& words) {
  ERR_clear_error();
  throw CertificateError{CertificateError::In::certificate, words};
}

bool may_sign_lists(X509* authority) {
  return (X509_get_key_usage(authority) & KU_CRL_SIGN) != 0;
}  // or names no usage

/// One of the authorities has signed it, and it is about all of that one's certificates: nothing is left to check about
/// it but the time (RFC 5280 s6.3.3).
bool is_plain(X509_CRL* list, const std::vector<CertificatePtr>& authorities) {
  if (X509_CRL_get_ext_by_NID(list, NID_issuing_distribution_point, -1) >= 0) return false;
  if (X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) >= 0) return false;
  const bool is_signed = std::any_of(authorities.begin(), authorities.end(), [&](const CertificatePtr& authority) {
    return X509_NAME_cmp(X509_get_subject_name(authority.get()), X509_CRL_get_issuer(list)) == 0 &&
           may_sign_lists(authority.get()) && X509_CRL_verify(list, X509_get0_pubkey(authority.get())) == 1;
  });
  ERR_clear_error();
  return is_signed;
}

/// In place of OpenSSL's own check of a list, for each peer.
int check_times(X509_STORE_CTX* peer, X509_CRL* list) {
  const ASN1_TIME* const next = X509_CRL_get0_nextUpdate(list);
  int error = X509_V_OK;
  if (X509_cmp_current_time(X509_CRL_get0_lastUpdate(list)) > 0) error = X509_V_ERR_CRL_NOT_YET_VALID;
  if (next != nullptr && X509_cmp_current_time(next) < 0) error = X509_V_ERR_CRL_HAS_EXPIRED;
  if (error == X509_V_OK) return 1;
  X509_STORE_CTX_set_error(peer, error);
  return 0;
}

}  // namespace

std::vector<RevocationListPtr> revocation_lists_in(const std::string& pem) {
  ERR_clear_error();
  const BioPtr bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  if (!bio) throw std::bad_alloc{};
  std::vector<RevocationListPtr> found;
  while (X509_CRL* list = PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr)) found.emplace_back(list);
  const unsigned long error = ERR_peek_last_error();
  const bool at_end = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  const char* reason = openssl_reason();
  if (!at_end) fail(std::string{"a revocation list cannot be read: "} + reason);
  if (found.empty()) fail("there is no revocation list in PEM in it");
  return found;
}

/// Several keys may go by one name, while an authority changes from one to the next.
void check_signature(X509_CRL* list, const std::vector<CertificatePtr>& authorities) {
  bool known = false;
  for (const CertificatePtr& authority : authorities) {
    if (X509_NAME_cmp(X509_get_subject_name(authority.get()), X509_CRL_get_issuer(list)) != 0) continue;
    known = true;
    if (X509_CRL_verify(list, X509_get0_pubkey(authority.get())) == 1) return;
  }
  if (known) fail("a revocation list is not signed by the authority that it names");
}

std::chrono::sys_seconds end_of(const X509_CRL* list) {
  const ASN1_TIME* next = X509_CRL_get0_nextUpdate(list);
  return next == nullptr ? std::chrono::sys_seconds::max() : time_of(next);
}

void refuse_revoked(SSL_CTX* context, const std::string& pem, const std::vector<CertificatePtr>& authorities) {
  if (pem.empty()) return;
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  bool plain = true;
  for (const RevocationListPtr& list : revocation_lists_in(pem)) {
    X509_STORE_add_crl(store, list.get());
    plain = plain && is_plain(list.get(), authorities);
  }
  if (plain) X509_STORE_set_check_crl(store, check_times);
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
}

std::chrono::sys_seconds first_end_of_lists(const SSL_CTX* context) {
  auto first = std::chrono::sys_seconds::max();
  const STACK_OF(X509_OBJECT)* const objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context));
  for (int i = 0; i < sk_X509_OBJECT_num(objects); ++i)
    if (const X509_CRL* list = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i)))
      first = std::min(first, end_of(list));
  return first;
}

}  // namespace headgate::base
