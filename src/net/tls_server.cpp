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
#include "base/revocation_list.hpp"
#include "net/alpn_list.hpp"
#include "net/ticket_seal.hpp"
#include "net/ticket_terms.hpp"
#include "net/tls_server_context.hpp"

namespace headgate::net {

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

TlsServer::TlsServer(const TlsServerOptions& options, std::shared_ptr<TicketKeys> keys)
    : keys_{std::move(keys)}, protocols_{alpn_list(options.application_protocols)}, names_{std::make_unique<Names>()} {
  if (options.certificates.empty()) throw std::runtime_error{"no certificate"};
  if (!keys_) keys_ = std::make_shared<TicketKeys>();
  std::vector<base::Certificate> certificates;
  for (const base::PemPair& pair : options.certificates) {
    certificates.emplace_back(pair);
    if (pair.ocsp_response.empty()) continue;
    const auto slot = std::make_shared<StapleSlot>();
    const auto& last = certificates.back();
    const auto response = std::make_shared<base::OcspResponse>(pair.ocsp_response, last.leaf(), last.issuer());
    if (response->is_good()) slot->put(response);
    staples_.add(certificates.back(), slot);
  }
  for (const auto& [index, slot] : options.fetched_staples) staples_.add(certificates[index], slot);

  // Those that have a name in common are offered side by side: clients choose by their kind of key.
  using Group = std::vector<std::size_t>;
  std::map<std::string, Group> by_name;
  for (std::size_t i = 0; i < certificates.size(); ++i)
    for (const std::string& name : certificates[i].names()) {
      Group& group = by_name[name];
      const auto same_kind = [&](std::size_t other) { return certificates[other].kind() == certificates[i].kind(); };
      if (std::none_of(group.begin(), group.end(), same_kind)) group.push_back(i);
    }
  const std::string policy = session_policy(options);
  std::map<Group, SSL_CTX*> made;
  const auto context_of = [&](const Group& group) {
    SSL_CTX*& context = made[group];
    if (context != nullptr) return context;
    contexts_.push_back(make_context(options, policy));
    context = contexts_.back().get();
    for (const std::size_t index : group) certificates[index].use_in(context);
    return context;
  };
  const auto& first_names = certificates[0].names();
  context_of(first_names.empty() ? Group{0} : by_name[first_names[0]]);
  lists_until_ = base::first_end_of_lists(contexts_.front().get());
  for (const auto& [name, group] : by_name) names_->add(name, context_of(group));
}

TlsServer::~TlsServer() = default;

base::SslContextPtr TlsServer::make_context(const TlsServerOptions& options, const std::string& policy) const {
  base::SslContextPtr context =
      make_server_context(options, policy, contexts_.empty() ? nullptr : contexts_.front().get());
  if (options.session_lifetime.count() != 0) {
    seal_tickets(context.get(), *keys_);
    keep_tickets_to_their_terms(context.get(), lists_until_);
  }
  auto* self = const_cast<TlsServer*>(this);
  SSL_CTX_set_tlsext_servername_callback(context.get(), choose_certificate);
  SSL_CTX_set_tlsext_servername_arg(context.get(), self);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, self);
  staples_.attach_to(context.get());
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
