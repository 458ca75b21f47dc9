#include "net/ocsp_staples.hpp"

#include <openssl/ssl.h>

#include <utility>

#include "base/wall_clock.hpp"

namespace headgate::net {

void OcspStaples::add(const base::Certificate& certificate, std::shared_ptr<const StapleSlot> slot) {
  X509_up_ref(certificate.leaf());
  staples_.push_back({base::CertificatePtr{certificate.leaf()}, std::move(slot)});
}

void OcspStaples::attach_to(SSL_CTX* context) const {
  if (staples_.empty()) return;
  SSL_CTX_set_tlsext_status_cb(context, answer);
  SSL_CTX_set_tlsext_status_arg(context, const_cast<OcspStaples*>(this));
}

/// A certificate may be one of several of a listener; an answer that is too old is worse than none.
StapleSlot::Response OcspStaples::find(const X509* certificate) const {
  for (const Staple& staple : staples_) {
    if (X509_cmp(staple.certificate.get(), certificate) != 0) continue;
    StapleSlot::Response found = staple.slot->get();
    return found && base::wall_clock_seconds() < found->valid_until() ? found : nullptr;
  }
  return nullptr;
}

int OcspStaples::answer(SSL* ssl, void* self) {
  const StapleSlot::Response found = static_cast<const OcspStaples*>(self)->find(SSL_get_certificate(ssl));
  if (found == nullptr) return SSL_TLSEXT_ERR_NOACK;
  void* copy = OPENSSL_memdup(found->der().data(), found->der().size());
  if (copy == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(found->der().size()));  // takes it over
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace headgate::net
