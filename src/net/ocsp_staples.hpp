// What authorities say of our certificates, sent along in the handshake to clients that ask (RFC 6066 s8).
#pragma once

#include <string>
#include <vector>

#include "base/certificate.hpp"
#include "base/ocsp_response.hpp"

namespace headgate::net {

/// Immutable once attached. Outlives the contexts.
class OcspStaples {
 public:
  /// Throws base::CertificateError: the response is none for it.
  void add(const base::Certificate& certificate, const std::string& response);
  void attach_to(SSL_CTX* context) const;

 private:
  struct Staple {
    base::CertificatePtr certificate;
    base::OcspResponse response;
  };
  static int answer(SSL* ssl, void* self);
  [[nodiscard]] const base::OcspResponse* find(const X509* certificate) const;

  std::vector<Staple> staples_;
};

}  // namespace headgate::net
