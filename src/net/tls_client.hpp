// What an upstream needs to speak TLS as a client: whom to believe, who we are, and sessions to resume.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/openssl.hpp"
#include "base/pem_pair.hpp"

namespace headgate::net {

struct TlsClientOptions {
  bool verify = true;
  std::string ca_pem = {};                        ///< whom to believe; empty: whom the system believes
  std::string crl_pem = {};                       ///< their revocation lists; empty: nobody is asked
  std::optional<base::PemPair> certificate = {};  ///< ours, for peers that ask
  int min_version = TLS1_2_VERSION;
  std::vector<std::string> application_protocols = {};  ///< ALPN, the one that we like best first; empty: none
  friend bool operator==(const TlsClientOptions&, const TlsClientOptions&) = default;
};

/// The last session that one peer has given us, for the next connection to it. One thread.
class TlsSessionSlot {
 public:
  using Peer = std::uintptr_t;

  /// From now on it is for another peer, or for one that is verified otherwise. Connections to the one before may still
  /// bring sessions, which nobody has verified in that way: they are not taken.
  void change_peer() {
    session_.reset();
    ++peer_;
  }
  [[nodiscard]] Peer peer() const { return peer_; }
  /// `until`: what the full handshake that it comes of has proven of the peer holds.
  void put(base::TlsSessionPtr session, Peer of, std::chrono::sys_seconds until) {
    if (of != peer_) return;
    session_ = std::move(session);
    until_ = until;
  }
  [[nodiscard]] SSL_SESSION* get() const { return session_.get(); }
  [[nodiscard]] std::chrono::sys_seconds until() const { return until_; }

 private:
  base::TlsSessionPtr session_;
  std::chrono::sys_seconds until_{};
  Peer peer_ = 0;
};

/// Immutable once made: shared by all workers.
class TlsClient {
 public:
  /// From the full handshake on, however often its session is resumed: the peer is verified only there. As for clients.
  static constexpr std::chrono::hours longest_session{24};

  /// Throws std::runtime_error, in words for the operator.
  explicit TlsClient(TlsClientOptions options);

  /// For one connection to a peer that must be `server_name`, a host name or an IP address; empty: anybody whom an
  /// authority knows. `slot` outlives it; null: nothing is resumed. Throws std::bad_alloc, and as expect().
  [[nodiscard]] base::SslPtr session(const std::string& server_name, TlsSessionSlot* slot) const;
  [[nodiscard]] const TlsClientOptions& options() const { return options_; }
  /// For whoever makes its connections itself.
  [[nodiscard]] SSL_CTX* context() const { return context_.get(); }
  /// Says to a connection of context() whom it should ask for and expect. Throws std::runtime_error: no certificate can
  /// have that name.
  static void expect(SSL* ssl, const std::string& server_name);
  /// Before its handshake: the connection is to speak HTTP/1.1, whatever application_protocols lists.
  static void offer_http1(SSL* ssl);

 private:
  TlsClientOptions options_;
  std::chrono::sys_seconds lists_until_ = std::chrono::sys_seconds::max();  ///< the first one is out of date
  base::SslContextPtr context_;
};

/// What a pool needs to know to connect by TLS.
struct TlsPeer {
  std::shared_ptr<const TlsClient> client;  ///< null: in plain text
  std::string server_name;
  friend bool operator==(const TlsPeer&, const TlsPeer&) = default;
};

}  // namespace headgate::net
