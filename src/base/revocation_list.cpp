#include "base/revocation_list.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/certificate.hpp"

namespace headgate::base {
namespace {

[[noreturn]] void fail(const std::string& words) {
  ERR_clear_error();
  throw CertificateError{CertificateError::In::certificate, words};
}

/// ... or its authority names no usage.
bool may_sign_lists(X509* authority) { return (X509_get_key_usage(authority) & KU_CRL_SIGN) != 0; }

/// A list whose signature was checked, and the key that it is of.
struct SignedList {
  const X509_CRL* list;  ///< kept by the store
  KeyPtr key;
};
using SignedLists = std::vector<SignedList>;

/// It is about all of its authority's certificates: nothing is left to check about it but its signature and the time
/// (RFC 5280 s6.3.3).
bool is_plain(const X509_CRL* list) {
  return X509_CRL_get_ext_by_NID(list, NID_issuing_distribution_point, -1) < 0 &&
         X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) < 0;
}

bool is_named_by(X509_CRL* list, X509* authority) {
  return X509_NAME_cmp(X509_get_subject_name(authority), X509_CRL_get_issuer(list)) == 0;
}

/// Over all of its bytes.
bool has_signed(X509* authority, X509_CRL* list) {
  const bool good = X509_CRL_verify(list, X509_get0_pubkey(authority)) == 1;
  ERR_clear_error();
  return good;
}

/// The key of the authority that has signed it; null: it is none of these.
KeyPtr signer_of(X509_CRL* list, const std::vector<CertificatePtr>& authorities) {
  const auto found = std::find_if(authorities.begin(), authorities.end(), [&](const CertificatePtr& authority) {
    return is_named_by(list, authority.get()) && may_sign_lists(authority.get()) && has_signed(authority.get(), list);
  });
  return KeyPtr{found == authorities.end() ? nullptr : X509_get_pubkey(found->get())};
}

/// Where a store keeps its SignedLists.
int signed_lists_index() {
  static const int index = CRYPTO_get_ex_new_index(
      CRYPTO_EX_INDEX_X509_STORE, 0, nullptr, nullptr, nullptr,
      [](void*, void* lists, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<SignedLists*>(lists); });
  return index;
}

/// By whom the certificate was issued that is looked at.
X509* issuer_of_current(X509_STORE_CTX* peer) {
  if (X509* known = X509_STORE_CTX_get0_current_issuer(peer)) return known;
  STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(peer);
  const int last = sk_X509_num(chain) - 1;
  return sk_X509_value(chain, std::min(X509_STORE_CTX_get_error_depth(peer) + 1, last));
}

int why_not_valid(X509_STORE_CTX* peer, const X509_CRL* list) {
  const auto& lists =
      *static_cast<SignedLists*>(X509_STORE_get_ex_data(X509_STORE_CTX_get0_store(peer), signed_lists_index()));
  const auto found = std::find_if(lists.begin(), lists.end(), [&](const SignedList& s) { return s.list == list; });
  X509* const issuer = issuer_of_current(peer);
  // Several keys may go by one name, while an authority changes from one to the next.
  if (found == lists.end() || issuer == nullptr || EVP_PKEY_eq(X509_get0_pubkey(issuer), found->key.get()) != 1)
    return X509_V_ERR_CRL_SIGNATURE_FAILURE;
  if (!may_sign_lists(issuer)) return X509_V_ERR_KEYUSAGE_NO_CRL_SIGN;
  if (X509_cmp_current_time(X509_CRL_get0_lastUpdate(list)) > 0) return X509_V_ERR_CRL_NOT_YET_VALID;
  const ASN1_TIME* const next = X509_CRL_get0_nextUpdate(list);
  return next != nullptr && X509_cmp_current_time(next) < 0 ? X509_V_ERR_CRL_HAS_EXPIRED : X509_V_OK;
}

/// In place of OpenSSL's own check of a list, for each peer.
int check_list(X509_STORE_CTX* peer, X509_CRL* list) {
  const int error = why_not_valid(peer, list);
  if (error == X509_V_OK) return 1;
  X509_STORE_CTX_set_error(peer, error);
  return 0;
}

/// From now on the signatures of these are not checked again.
void trust_signatures(X509_STORE* store, SignedLists lists) {
  auto kept = std::make_unique<SignedLists>(std::move(lists));
  check_openssl(X509_STORE_set_ex_data(store, signed_lists_index(), kept.get()) == 1, "revocation lists");
  (void)kept.release();  // the store's
  X509_STORE_set_check_crl(store, check_list);
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
    if (!is_named_by(list, authority.get())) continue;
    known = true;
    if (has_signed(authority.get(), list)) return;
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
  SignedLists checked;
  bool all_checked = true;
  for (const RevocationListPtr& list : revocation_lists_in(pem)) {
    X509_STORE_add_crl(store, list.get());
    KeyPtr key = is_plain(list.get()) ? signer_of(list.get(), authorities) : nullptr;
    all_checked = all_checked && key;
    checked.push_back({list.get(), std::move(key)});
  }
  if (all_checked) trust_signatures(store, std::move(checked));
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
