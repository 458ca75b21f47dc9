// What a listener needs to speak TLS as a server: certificates by name, versions, ciphers, protocols, tickets.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/certificate.hpp"
#include "base/openssl.hpp"
#include "net/ocsp_staples.hpp"
#include "net/ticket_keys.hpp"

namespace headgate::net {

/// What clients are asked for.
struct ClientVerification {
  std::string ca_pem;        ///< the authorities that may have signed it
  bool required = true;      ///< false: who shows none is welcome too
  std::string crl_pem = {};  ///< their revocation lists; empty: nobody is asked
};

struct TlsServerOptions {
  std::vector<base::PemPair> certificates = {};  ///< the first is for clients that name no host, or one that nobody has
  std::map<std::size_t, std::shared_ptr<const StapleSlot>> fetched_staples = {};  ///< by index of a certificate
  int min_version = TLS1_2_VERSION;
  std::string ciphers = {};        ///< of TLS 1.2, in OpenSSL's words; empty: Mozilla's "intermediate"
  std::string cipher_suites = {};  ///< of TLS 1.3
  std::string groups = {};
  std::chrono::seconds session_lifetime = TicketKeys::longest_session;  ///< 0: nothing is resumed
  std::optional<ClientVerification> client_verification = {};
  std::vector<std::string> application_protocols = {};  ///< ALPN, the one that we like best first
};

/// The same for the same options; staples are the same when their slots are. Far smaller: they hold whole files.
std::string digest_of(const TlsServerOptions& options);

/// Immutable once made: shared by all workers.
class TlsServer {
 public:
  /// `keys`: for session tickets; null: its own. Throws std::runtime_error, in words for the operator.
  explicit TlsServer(const TlsServerOptions& options, std::shared_ptr<TicketKeys> keys = nullptr);
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer();

  /// For one connection. Throws std::bad_alloc.
  [[nodiscard]] base::SslPtr session() const;

 private:
  class Names;
  static int choose_certificate(SSL* ssl, int* alert, void* self);
  static int choose_protocol(SSL* ssl, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                             unsigned offered_size, void* self);
  base::SslContextPtr make_context(const TlsServerOptions& options, const std::string& policy) const;

  std::shared_ptr<TicketKeys> keys_;
  std::chrono::sys_seconds lists_until_ = std::chrono::sys_seconds::max();  ///< revocation lists of clients count
  OcspStaples staples_;
  std::string protocols_;  ///< as ALPN writes a list
  std::vector<base::SslContextPtr> contexts_;
  std::unique_ptr<Names> names_;
};

}  // namespace headgate::net
