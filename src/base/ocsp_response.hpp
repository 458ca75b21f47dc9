// What an authority says of one of its certificates, to be stapled to it (RFC 6960, RFC 6066 s8).
#pragma once

#include <chrono>
#include <string>

#include "base/certificate.hpp"

namespace headgate::base {

class OcspResponse {
 public:
  /// `der`: the whole response. `issuer`: of the certificate; null: unknown, and its serial number has to do. Throws
  /// CertificateError: it cannot be read, is a refusal, or is of other certificates.
  OcspResponse(std::string der, X509* certificate, X509* issuer);
  /// Throws CertificateError: neither the issuer nor whom it has appointed (RFC 6960 s4.2.2.2) has signed it.
  void check_signature(X509* issuer) const;

  [[nodiscard]] const std::string& der() const { return der_; }
  [[nodiscard]] std::chrono::sys_seconds valid_from() const { return valid_from_; }
  /// Clients refuse it from then on.
  [[nodiscard]] std::chrono::sys_seconds valid_until() const { return valid_until_; }
  /// What it says of the certificate.
  [[nodiscard]] bool is_good() const { return good_; }

 private:
  std::string der_;
  std::chrono::sys_seconds valid_from_;
  std::chrono::sys_seconds valid_until_;
  bool good_ = false;
};

}  // namespace headgate::base
