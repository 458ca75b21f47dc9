// What to ask the authority of a certificate, and whom (RFC 6960 s4.1, appendix A.1).
#pragma once

#include <chrono>
#include <string>

#include "base/certificate.hpp"
#include "base/ocsp_response.hpp"
#include "headgate/endpoint.hpp"

namespace headgate::base {

/// Immutable.
class OcspQuestion {
 public:
  /// Throws CertificateError: the certificate names no responder that is asked by http, or comes without its issuer.
  explicit OcspQuestion(const Certificate& certificate);

  [[nodiscard]] const Endpoint& responder() const { return responder_; }
  [[nodiscard]] const std::string& target() const { return target_; }  ///< of the request, "/ocsp"
  [[nodiscard]] const std::string& der() const { return der_; }        ///< the body of the request
  /// `der`: the body of the response. Throws CertificateError: it is none, is not of that certificate, is not signed by
  /// its issuer nor by whom that has appointed, or is not valid at `now`.
  [[nodiscard]] OcspResponse read(std::string der, std::chrono::sys_seconds now) const;

 private:
  CertificatePtr leaf_;
  CertificatePtr issuer_;
  Endpoint responder_;
  std::string target_;
  std::string der_;
};

}  // namespace headgate::base
