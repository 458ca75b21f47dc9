#include "base/revocation_list.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>

#include "base/certificate.hpp"

namespace headgate::base {
namespace {

[[noreturn]] void fail(const std::string& words) {
  ERR_clear_error();
  throw CertificateError{CertificateError::In::certificate, words};
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

std::chrono::sys_seconds first_end_of(const std::string& pem) {
  auto first = std::chrono::sys_seconds::max();
  if (pem.empty()) return first;
  for (const RevocationListPtr& list : revocation_lists_in(pem)) first = std::min(first, end_of(list.get()));
  return first;
}

void refuse_revoked(SSL_CTX* context, const std::string& pem) {
  if (pem.empty()) return;
  for (const RevocationListPtr& list : revocation_lists_in(pem))
    X509_STORE_add_crl(SSL_CTX_get_cert_store(context), list.get());
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
}

}  // namespace headgate::base
