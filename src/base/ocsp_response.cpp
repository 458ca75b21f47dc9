#include "base/ocsp_response.hpp"

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <memory>
#include <utility>

namespace headgate::base {
namespace {

using ResponsePtr = std::unique_ptr<OCSP_RESPONSE, FreeWith<OCSP_RESPONSE_free>>;
using CertIdPtr = std::unique_ptr<OCSP_CERTID, FreeWith<OCSP_CERTID_free>>;
using StorePtr = std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>>;
using BasicPtr = std::unique_ptr<OCSP_BASICRESP, FreeWith<OCSP_BASICRESP_free>>;

[[noreturn]] void fail(const std::string& words) {
  ERR_clear_error();
  throw CertificateError{CertificateError::In::certificate, words};
}

BasicPtr read(const std::string& der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const ResponsePtr response{d2i_OCSP_RESPONSE(nullptr, &bytes, static_cast<long>(der.size()))};
  if (!response) fail("it is no OCSP response in DER");
  const int status = OCSP_response_status(response.get());
  if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
    fail(std::string{"the authority refused to answer: "} + OCSP_response_status_str(status));
  BasicPtr basic{OCSP_response_get1_basic(response.get())};
  if (!basic) fail("the OCSP response has no answer in it");
  return basic;
}

/// Responders choose with which digest they name the issuer (RFC 6960 s4.1.1).
bool names(const OCSP_CERTID* named, X509* certificate, X509* issuer) {
  ASN1_OBJECT* digest = nullptr;
  ASN1_INTEGER* serial = nullptr;
  OCSP_id_get0_info(nullptr, &digest, nullptr, &serial, const_cast<OCSP_CERTID*>(named));
  if (serial == nullptr || ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate)) != 0) return false;
  if (issuer == nullptr) return true;
  const EVP_MD* known = EVP_get_digestbyobj(digest);
  const CertIdPtr wanted{known == nullptr ? nullptr : OCSP_cert_to_id(known, certificate, issuer)};
  return wanted && OCSP_id_cmp(wanted.get(), named) == 0;
}

/// The answer for that certificate; null: there is none.
OCSP_SINGLERESP* answer_for(OCSP_BASICRESP* basic, X509* certificate, X509* issuer) {
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    OCSP_SINGLERESP* answer = OCSP_resp_get0(basic, i);
    if (names(OCSP_SINGLERESP_get0_id(answer), certificate, issuer)) return answer;
  }
  return nullptr;
}

}  // namespace

OcspResponse::OcspResponse(std::string der, X509* certificate, X509* issuer) : der_{std::move(der)} {
  const BasicPtr basic = read(der_);
  OCSP_SINGLERESP* answer = answer_for(basic.get(), certificate, issuer);
  if (answer == nullptr) fail("the OCSP response is not of this certificate");
  ASN1_GENERALIZEDTIME* from = nullptr;
  ASN1_GENERALIZEDTIME* next = nullptr;
  good_ = OCSP_single_get0_status(answer, nullptr, nullptr, &from, &next) == V_OCSP_CERTSTATUS_GOOD;
  // Without an end it is always the newest that counts; nobody could say for how long this one is (RFC 6960 s4.2.2.1).
  if (next == nullptr) fail("the OCSP response does not say until when it is valid");
  valid_from_ = time_of(from);
  valid_until_ = time_of(next);
}

void OcspResponse::check_signature(X509* issuer) const {
  const BasicPtr basic = read(der_);
  const StorePtr store{X509_STORE_new()};
  if (!store) throw std::bad_alloc{};
  X509_STORE_add_cert(store.get(), issuer);
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);  // the issuer need not be a root
  STACK_OF(X509)* signers = sk_X509_new_null();
  sk_X509_push(signers, issuer);
  const int verified = OCSP_basic_verify(basic.get(), signers, store.get(), OCSP_NOEXPLICIT);
  sk_X509_free(signers);
  if (verified != 1) fail(std::string{"the OCSP response is not signed by the authority: "} + openssl_reason());
}

}  // namespace headgate::base
