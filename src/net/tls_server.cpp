#include "net/tls_server.hpp"

#include <algorithm>
#include <map>
#include <new>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include "base/ascii.hpp"
#include "base/certificate.hpp"

namespace headgate::net {
namespace {

// Mozilla's "intermediate", version 5.7 (https://ssl-config.mozilla.org), but for its finite-field ciphers: a client
// can make those as dear as it likes (CVE-2002-20001), and none that matters needs them.
constexpr const char* intermediate_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* intermediate_suites =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* intermediate_groups = "X25519:prime256v1:secp384r1";

void check(bool done, const std::string& what) {
  if (!done) throw std::runtime_error{what + ": " + base::openssl_reason()};
}

std::string or_default(const std::string& given, const char* fallback) { return given.empty() ? fallback : given; }

/// One byte of length before each (RFC 7301 s3.1).
std::string alpn_list(const std::vector<std::string>& protocols) {
  std::string list;
  for (const std::string& protocol : protocols) {
    list.push_back(static_cast<char>(protocol.size()));
    list += protocol;
  }
  return list;
}

}  // namespace

/// Which context serves which host name.
class TlsServer::Names {
 public:
  void add(const std::string& name, SSL_CTX* context) { contexts_.emplace(name, context); }

  /// A wildcard stands for one label, the first (RFC 6125 s6.4.3).
  [[nodiscard]] SSL_CTX* find(std::string_view asked) const {
    const std::string name = base::to_lower(asked);
    if (const auto found = contexts_.find(name); found != contexts_.end()) return found->second;
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) return nullptr;
    const auto found = contexts_.find("*" + name.substr(dot));
    return found == contexts_.end() ? nullptr : found->second;
  }

 private:
  std::map<std::string, SSL_CTX*> contexts_;
};

TlsServer::TlsServer(const TlsServerOptions& options)
    : protocols_{alpn_list(options.application_protocols)}, names_{std::make_unique<Names>()} {
  if (options.certificates.empty()) throw std::runtime_error{"no certificate"};
  std::vector<base::Certificate> certificates;
  for (const base::PemPair& pair : options.certificates) certificates.emplace_back(pair);

  // Those that have a name in common are offered side by side: clients choose by their kind of key.
  using Group = std::vector<std::size_t>;
  std::map<std::string, Group> by_name;
  for (std::size_t i = 0; i < certificates.size(); ++i)
    for (const std::string& name : certificates[i].names()) {
      Group& group = by_name[name];
      const auto same_kind = [&](std::size_t other) { return certificates[other].kind() == certificates[i].kind(); };
      if (std::none_of(group.begin(), group.end(), same_kind)) group.push_back(i);
    }
  std::map<Group, SSL_CTX*> made;
  const auto context_of = [&](const Group& group) {
    SSL_CTX*& context = made[group];
    if (context != nullptr) return context;
    contexts_.push_back(make_context(options));
    context = contexts_.back().get();
    for (const std::size_t index : group) certificates[index].use_in(context);
    return context;
  };
  const auto& first_names = certificates[0].names();
  context_of(first_names.empty() ? Group{0} : by_name[first_names[0]]);
  for (const auto& [name, group] : by_name) names_->add(name, context_of(group));
}

TlsServer::~TlsServer() = default;

base::SslContextPtr TlsServer::make_context(const TlsServerOptions& options) const {
  base::SslContextPtr context{SSL_CTX_new(TLS_server_method())};
  if (!context) throw std::bad_alloc{};
  SSL_CTX* const raw = context.get();
  check(SSL_CTX_set_min_proto_version(raw, options.min_version) == 1, "min_version");
  check(SSL_CTX_set_cipher_list(raw, or_default(options.ciphers, intermediate_ciphers).c_str()) == 1, "ciphers");
  check(SSL_CTX_set_ciphersuites(raw, or_default(options.cipher_suites, intermediate_suites).c_str()) == 1,
        "cipher_suites");
  check(SSL_CTX_set1_groups_list(raw, or_default(options.groups, intermediate_groups).c_str()) == 1, "groups");
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(raw, 1);  // a record in one system call, not its head and its rest in two
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);  // tickets only: nothing of a client is kept here
  static constexpr unsigned char context_id[] = "headgate";
  SSL_CTX_set_session_id_context(raw, context_id, sizeof context_id - 1);
  auto* self = const_cast<TlsServer*>(this);
  SSL_CTX_set_tlsext_servername_callback(raw, choose_certificate);
  SSL_CTX_set_tlsext_servername_arg(raw, self);
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, self);
  return context;
}

base::SslPtr TlsServer::session() const {
  base::SslPtr ssl{SSL_new(contexts_.front().get())};
  if (!ssl) throw std::bad_alloc{};
  SSL_set_accept_state(ssl.get());
  return ssl;
}

int TlsServer::choose_certificate(SSL* ssl, int* /*alert*/, void* self) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_CTX* const context = static_cast<TlsServer*>(self)->names_->find(name);
  if (context == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_SSL_CTX(ssl, context);
  return SSL_TLSEXT_ERR_OK;
}

/// Nothing in common: the handshake ends, as the peer would misunderstand whatever we said (RFC 7301 s3.2).
int TlsServer::choose_protocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* size,
                               const unsigned char* offered, unsigned offered_size, void* self) {
  const std::string& ours = static_cast<TlsServer*>(self)->protocols_;
  if (ours.empty()) return SSL_TLSEXT_ERR_NOACK;
  unsigned char* found = nullptr;
  const int result = SSL_select_next_proto(&found, size, reinterpret_cast<const unsigned char*>(ours.data()),
                                           static_cast<unsigned>(ours.size()), offered, offered_size);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace headgate::net
