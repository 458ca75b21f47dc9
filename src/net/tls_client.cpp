#include "net/tls_client.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

#include "base/certificate.hpp"
#include "base/ip_address.hpp"
#include "base/revocation_list.hpp"
#include "base/wall_clock.hpp"
#include "net/alpn_list.hpp"

namespace headgate::net {
namespace {

using base::check_openssl;
using std::chrono::sys_seconds;

void believe(SSL_CTX* context, const std::vector<base::CertificatePtr>& authorities) {
  if (authorities.empty())
    return check_openssl(SSL_CTX_set_default_verify_paths(context) == 1, "the system's authorities");
  for (const base::CertificatePtr& authority : authorities)
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
  // A certificate that was put there by hand is believed, though nobody has signed it.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
}

/// Where a connection keeps which peer of its slot it was made for.
int peer_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

/// Where a connection keeps until when the session that it offers may be resumed, in seconds since the epoch.
int until_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

sys_seconds resumable_until(SSL* ssl) {
  if (SSL_session_reused(ssl) != 0)
    return sys_seconds{std::chrono::seconds{reinterpret_cast<std::intptr_t>(SSL_get_ex_data(ssl, until_index()))}};
  return std::min<sys_seconds>(base::wall_clock_seconds() + TlsClient::longest_session, base::end_of_chain(ssl));
}

/// TLS 1.3 gives out sessions whenever it likes, and several: the last one counts.
int keep_session(SSL* ssl, SSL_SESSION* session) {
  auto* slot = static_cast<TlsSessionSlot*>(SSL_get_app_data(ssl));
  if (slot == nullptr) return 0;
  const auto peer = reinterpret_cast<TlsSessionSlot::Peer>(SSL_get_ex_data(ssl, peer_index()));
  slot->put(base::TlsSessionPtr{session}, peer, resumable_until(ssl));
  return 1;  // taken over
}

/// For what comes of it in turn.
void offer(SSL* ssl, const TlsSessionSlot& slot) {
  const auto until = static_cast<std::intptr_t>(slot.until().time_since_epoch().count());
  if (SSL_set_ex_data(ssl, until_index(), reinterpret_cast<void*>(until)) == 1) SSL_set_session(ssl, slot.get());
}

}  // namespace

TlsClient::TlsClient(TlsClientOptions options)
    : options_{std::move(options)}, context_{SSL_CTX_new(TLS_client_method())} {
  if (!context_) throw std::bad_alloc{};
  SSL_CTX* const raw = context_.get();
  check_openssl(SSL_CTX_set_min_proto_version(raw, options_.min_version) == 1, "min_version");
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(raw, 1);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(raw, keep_session);
  if (options_.verify) {
    const auto authorities = base::authorities_in(options_.ca_pem);
    believe(raw, authorities);
    base::refuse_revoked(raw, options_.crl_pem, authorities);
    lists_until_ = base::first_end_of_lists(raw);
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  }
  if (options_.certificate) base::Certificate{*options_.certificate}.use_in(raw);
  const std::string protocols = alpn_list(options_.application_protocols);
  const auto* bytes = reinterpret_cast<const unsigned char*>(protocols.data());
  if (!protocols.empty())
    check_openssl(SSL_CTX_set_alpn_protos(raw, bytes, static_cast<unsigned>(protocols.size())) == 0, "ALPN");
}

/// An address is no name to ask for (RFC 6066 s3), but one that a certificate can have. Without a name that OpenSSL has
/// taken it would believe every certificate of an authority.
void TlsClient::expect(SSL* ssl, const std::string& server_name) {
  if (server_name.empty()) return;
  X509_VERIFY_PARAM* const expected = SSL_get0_param(ssl);
  if (base::IpAddress::parse(server_name)) {
    check_openssl(X509_VERIFY_PARAM_set1_ip_asc(expected, server_name.c_str()) == 1, "the address of the peer");
    return;
  }
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  check_openssl(X509_VERIFY_PARAM_set1_host(expected, server_name.data(), server_name.size()) == 1 &&
                    SSL_set_tlsext_host_name(ssl, server_name.c_str()) == 1,
                "the name of the peer");
}

void TlsClient::offer_http1(SSL* ssl) {
  static const std::string list = alpn_list({"http/1.1"});
  SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(list.data()), static_cast<unsigned>(list.size()));
}

base::SslPtr TlsClient::session(const std::string& server_name, TlsSessionSlot* slot) const {
  base::SslPtr ssl{SSL_new(context_.get())};
  if (!ssl) throw std::bad_alloc{};
  expect(ssl.get(), server_name);
  if (slot != nullptr) {
    SSL_set_app_data(ssl.get(), slot);
    SSL_set_ex_data(ssl.get(), peer_index(), reinterpret_cast<void*>(slot->peer()));
    const bool holds = base::wall_clock_seconds() < std::min(slot->until(), lists_until_);
    if (slot->get() != nullptr && holds) offer(ssl.get(), *slot);
  }
  SSL_set_connect_state(ssl.get());
  return ssl;
}

}  // namespace headgate::net
