#include "net/tls_server_context.hpp"

#include <chrono>
#include <cstdint>
#include <new>
#include <string>

#include "base/certificate.hpp"
#include "base/revocation_list.hpp"
#include "base/sha256.hpp"
#include "base/tls_defaults.hpp"
#include "net/tls_server.hpp"

namespace headgate::net {
namespace {

using base::check_openssl;

std::string or_default(const std::string& given, const char* fallback) { return given.empty() ? fallback : given; }

void add(base::Sha256& digest, const ClientVerification& verification) {
  digest.add(verification.required ? "required" : "optional").add(verification.ca_pem).add(verification.crl_pem);
}

void limit_sessions(SSL_CTX* context, std::chrono::seconds lifetime, const std::string& policy) {
  check_openssl(SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(policy.data()),
                                               static_cast<unsigned>(policy.size())) == 1,
                "session context");
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets only: nothing of a client is kept here
  SSL_CTX_set_timeout(context, lifetime.count());
  if (lifetime.count() != 0) return;
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
}

void learn_authorities(SSL_CTX* context, const ClientVerification& verification) {
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  STACK_OF(X509_NAME)* names = sk_X509_NAME_new_null();
  const auto authorities = base::certificates_in(verification.ca_pem);
  for (const base::CertificatePtr& authority : authorities) {
    X509_STORE_add_cert(store, authority.get());
    sk_X509_NAME_push(names, X509_NAME_dup(X509_get_subject_name(authority.get())));
  }
  SSL_CTX_set_client_CA_list(context, names);  // takes it over
  base::refuse_revoked(context, verification.crl_pem, authorities);
}

/// A list may take megabytes: there is one of it, however many names are served.
void share_authorities(SSL_CTX* context, SSL_CTX* sibling) {
  SSL_CTX_set1_cert_store(context, SSL_CTX_get_cert_store(sibling));
  SSL_CTX_set_client_CA_list(context, SSL_dup_CA_list(SSL_CTX_get_client_CA_list(sibling)));
  check_openssl(SSL_CTX_set1_param(context, SSL_CTX_get0_param(sibling)) == 1, "the authorities of clients");
}

void verify_clients(SSL_CTX* context, const ClientVerification& verification, SSL_CTX* sibling) {
  if (sibling != nullptr)
    share_authorities(context, sibling);
  else
    learn_authorities(context, verification);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (verification.required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
}

}  // namespace

base::SslContextPtr make_server_context(const TlsServerOptions& options, const std::string& policy, SSL_CTX* sibling) {
  base::SslContextPtr context{SSL_CTX_new(TLS_server_method())};
  if (!context) throw std::bad_alloc{};
  SSL_CTX* const raw = context.get();
  check_openssl(SSL_CTX_set_min_proto_version(raw, options.min_version) == 1, "min_version");
  check_openssl(SSL_CTX_set_cipher_list(raw, or_default(options.ciphers, base::default_ciphers).c_str()) == 1,
                "ciphers");
  check_openssl(
      SSL_CTX_set_ciphersuites(raw, or_default(options.cipher_suites, base::default_cipher_suites).c_str()) == 1,
      "cipher_suites");
  check_openssl(SSL_CTX_set1_groups_list(raw, or_default(options.groups, base::default_groups).c_str()) == 1, "groups");
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Our order, the cheapest cipher first; but a client that likes ChaCha20 best has no hardware for AES.
  SSL_CTX_set_options(raw, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(raw, 1);  // a record in one system call, not its head and its rest in two
  limit_sessions(raw, options.session_lifetime, policy);
  if (options.client_verification) verify_clients(raw, *options.client_verification, sibling);
  return context;
}

std::string session_policy(const TlsServerOptions& options) {
  base::Sha256 digest;
  digest.add("headgate");
  if (const auto& verification = options.client_verification) add(digest, *verification);
  return digest.finish();
}

std::string digest_of(const TlsServerOptions& options) {
  base::Sha256 digest;
  for (const base::PemPair& pair : options.certificates)
    digest.add(pair.certificates).add(pair.key).add(pair.ocsp_response);
  for (const auto& [index, slot] : options.fetched_staples)
    digest.add(std::to_string(index)).add(std::to_string(reinterpret_cast<std::uintptr_t>(slot.get())));
  digest.add(std::to_string(options.min_version)).add(options.ciphers).add(options.cipher_suites).add(options.groups);
  digest.add(std::to_string(options.session_lifetime.count()));
  if (options.client_verification) add(digest, *options.client_verification);
  for (const std::string& protocol : options.application_protocols) digest.add(protocol);
  return digest.finish();
}

}  // namespace headgate::net
