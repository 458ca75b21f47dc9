// A certificate with its chain and its key, from PEM.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/openssl.hpp"
#include "base/peer_certificate.hpp"
#include "base/pem_pair.hpp"

namespace headgate::base {

/// In words for the operator.
class CertificateError : public std::runtime_error {
 public:
  enum class In : bool { certificate, key };
  CertificateError(In in, const std::string& words) : std::runtime_error{words}, in_{in} {}
  [[nodiscard]] bool in_key() const { return in_ == In::key; }

 private:
  In in_;
};

/// All that are in the text. Throws CertificateError: none, or one that cannot be read.
std::vector<CertificatePtr> certificates_in(const std::string& pem);

/// Whom a peer's certificate must be signed by. The empty text names nobody: then it is whom the system believes.
std::vector<CertificatePtr> authorities_in(const std::string& ca_pem);
/// Throws nothing: OpenSSL checked it when it was read.
std::chrono::sys_seconds time_of(const ASN1_TIME* time);
/// The first end of a certificate of the chain by which the peer was verified in a full handshake; far away: it was
/// not.
std::chrono::sys_seconds end_of_chain(const SSL* ssl);
/// Who showed it.
PeerCertificate describe(X509* certificate);

class Certificate {
 public:
  /// Throws CertificateError: no certificate in it, no key, not a pair.
  explicit Certificate(const PemPair& pem);

  /// Host names, lower case; "*.example.org" stands for one label. Of its subjectAltName, or of its subject when it has
  /// none.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] X509* leaf() const { return leaf_.get(); }
  /// Who has signed it, when the chain says so; else null.
  [[nodiscard]] X509* issuer() const { return chain_.empty() ? nullptr : chain_.front().get(); }
  /// EVP_PKEY_RSA, EVP_PKEY_EC, ...
  [[nodiscard]] int kind() const { return EVP_PKEY_base_id(key_.get()); }
  [[nodiscard]] std::chrono::sys_seconds not_before() const;
  [[nodiscard]] std::chrono::sys_seconds not_after() const;
  /// Throws CertificateError.
  void use_in(SSL_CTX* context) const;

 private:
  CertificatePtr leaf_;
  std::vector<CertificatePtr> chain_;
  KeyPtr key_;
  std::vector<std::string> names_;
};

}  // namespace headgate::base
