// What authorities say of our certificates, sent along in the handshake to clients that ask (RFC 6066 s8).
#pragma once

#include <memory>
#include <vector>

#include "base/certificate.hpp"
#include "net/staple_slot.hpp"

namespace headgate::net {

/// Immutable once attached, but for what is in the slots. Outlives the contexts.
class OcspStaples {
 public:
  void add(const base::Certificate& certificate, std::shared_ptr<const StapleSlot> slot);
  void attach_to(SSL_CTX* context) const;

 private:
  struct Staple {
    base::CertificatePtr certificate;
    std::shared_ptr<const StapleSlot> slot;
  };
  static int answer(SSL* ssl, void* self);
  [[nodiscard]] StapleSlot::Response find(const X509* certificate) const;

  std::vector<Staple> staples_;
};

}  // namespace headgate::net
