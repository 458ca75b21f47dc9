#include "base/certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "base/ascii.hpp"

namespace headgate::base {
namespace {

using In = CertificateError::In;

BioPtr reader_of(const std::string& text) {
  BioPtr bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  if (!bio) throw std::bad_alloc{};
  return bio;
}

/// Nobody is there to type a passphrase.
int no_passphrase(char* /*space*/, int /*size*/, int /*writing*/, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

KeyPtr read_key(const std::string& text) {
  const BioPtr bio = reader_of(text);
  bool asked = false;
  KeyPtr key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &asked)};
  const std::string reason = openssl_reason();
  if (asked)
    throw CertificateError{In::key,
                           "the key is encrypted, and nobody is there to type its passphrase: write one without "
                           "(openssl pkey -in KEY -out NEW)"};
  if (!key) throw CertificateError{In::key, "there is no private key in PEM in it: " + reason};
  return key;
}

std::string_view text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  auto* alternatives =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(alternatives); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(alternatives, i);
    if (name->type == GEN_DNS) names.push_back(to_lower(text_of(name->d.dNSName)));
  }
  const bool has_alternatives = alternatives != nullptr;
  GENERAL_NAMES_free(alternatives);
  if (has_alternatives) return names;
  X509_NAME* subject = X509_get_subject_name(certificate);
  const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (index >= 0) names.push_back(to_lower(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)))));
  return names;
}

constexpr char hex_digits[] = "0123456789abcdef";

}  // namespace

std::vector<CertificatePtr> certificates_in(const std::string& pem) {
  const BioPtr bio = reader_of(pem);
  std::vector<CertificatePtr> found;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) found.emplace_back(certificate);
  const unsigned long error = ERR_peek_last_error();
  const bool at_end = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  const char* reason = openssl_reason();
  if (!at_end) throw CertificateError{In::certificate, std::string{"a certificate cannot be read: "} + reason};
  if (found.empty()) throw CertificateError{In::certificate, "there is no certificate in PEM in it"};
  return found;
}

std::vector<CertificatePtr> authorities_in(const std::string& ca_pem) {
  return ca_pem.empty() ? std::vector<CertificatePtr>{} : certificates_in(ca_pem);
}

std::chrono::sys_seconds time_of(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  return std::chrono::sys_seconds{std::chrono::seconds{::timegm(&parts)}};
}

std::chrono::sys_seconds end_of_chain(const SSL* ssl) {
  auto first = std::chrono::sys_seconds::max();
  const STACK_OF(X509)* chain = SSL_get0_verified_chain(ssl);
  for (int i = 0; i < sk_X509_num(chain); ++i)
    first = std::min(first, time_of(X509_get0_notAfter(sk_X509_value(chain, i))));
  return first;
}

PeerCertificate describe(X509* certificate) {
  PeerCertificate out;
  const BioPtr bio{BIO_new(BIO_s_mem())};
  if (!bio) throw std::bad_alloc{};
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  out.subject.assign(text, static_cast<std::size_t>(size));
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned bytes = 0;
  X509_digest(certificate, EVP_sha256(), digest, &bytes);
  for (unsigned i = 0; i < bytes; ++i)
    out.fingerprint.append({hex_digits[digest[i] >> 4U], hex_digits[digest[i] & 15U]});
  return out;
}

Certificate::Certificate(const PemPair& pem) {
  ERR_clear_error();
  chain_ = certificates_in(pem.certificates);
  leaf_ = std::move(chain_.front());
  chain_.erase(chain_.begin());
  key_ = read_key(pem.key);
  if (X509_check_private_key(leaf_.get(), key_.get()) != 1) {
    ERR_clear_error();
    throw CertificateError{In::key, "the key does not belong to the certificate, the first one in its file"};
  }
  names_ = names_of(leaf_.get());
}

std::chrono::sys_seconds Certificate::not_before() const { return time_of(X509_get0_notBefore(leaf_.get())); }
std::chrono::sys_seconds Certificate::not_after() const { return time_of(X509_get0_notAfter(leaf_.get())); }

void Certificate::use_in(SSL_CTX* context) const {
  STACK_OF(X509)* chain = sk_X509_new_null();
  for (const CertificatePtr& each : chain_) sk_X509_push(chain, each.get());
  const int done = SSL_CTX_use_cert_and_key(context, leaf_.get(), key_.get(), chain, 1);
  sk_X509_free(chain);
  if (done != 1)
    throw CertificateError{In::certificate, std::string{"the certificate cannot be used: "} + openssl_reason()};
}

}  // namespace headgate::base
