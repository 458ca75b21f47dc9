// What one generation of the configuration says of listeners and of TLS, ready to serve.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/peer_certificate.hpp"
#include "config/settings.hpp"
#include "net/staple_slot.hpp"
#include "net/ticket_keys.hpp"
#include "net/tls_client.hpp"
#include "net/tls_server.hpp"
#include "upstream/tls_peer.hpp"

namespace headgate::exchange {

struct ListenerCertificate {
  std::string file;
  std::shared_ptr<net::FetchedStaple> staple = {};  ///< null: none is fetched
};

/// What a listener's clients may speak.
struct Protocols {
  bool http1 = true;
  bool http2 = false;
};

struct ListenerPlan {
  std::string address = {};  ///< as configured
  std::string name = {};
  std::shared_ptr<const net::TlsServer> tls;  ///< null: plain text
  Protocols protocols = {};
  std::string hsts;  ///< value of Strict-Transport-Security; empty: none
  config::ProxyProtocol proxy_protocol = config::ProxyProtocol::off;
  std::uint16_t https_port = 0;  ///< plain requests are sent there; 0: they are served
  std::string subject_header;    ///< names of fields that tell of the client's certificate; empty: none
  std::string fingerprint_header;
  std::vector<ListenerCertificate> certificates;

  /// The lines for backends, "Name: value\r\n".
  [[nodiscard]] std::string certificate_lines(const base::PeerCertificate& certificate) const;
};
/// What a listener has accepted keeps it, also when the configuration names the listener no more.
using ListenerPlanPtr = std::shared_ptr<const ListenerPlan>;
using ListenerPlans = std::map<std::string, ListenerPlanPtr>;  ///< by the configured address

/// Of a listener: what is not changed is not made again, as its revocation lists may take long, and much memory, which
/// the connections that it was made for hold on to.
struct KeptTlsServer {
  std::string digest;  ///< of what it was made of
  std::shared_ptr<const net::TlsServer> server;
};

/// What of TLS outlives a plan: sessions go on being resumed. One for the process, on the control thread.
struct KeptTls {
  std::shared_ptr<net::TicketKeys> ticket_keys = std::make_shared<net::TicketKeys>();
  std::map<std::string, KeptTlsServer> servers = {};                          ///< by the listener's address
  std::map<std::string, std::shared_ptr<const net::TlsClient>> clients = {};  ///< by upstream
  std::map<std::string, std::shared_ptr<net::FetchedStaple>> staples = {};    ///< by the PEM of the certificate
};

/// Both throw std::runtime_error, in words for the operator.
ListenerPlans plan_listeners(const std::vector<config::Listener>& listeners, KeptTls& kept);
upstream::TlsClients plan_tls_clients(const std::map<std::string, config::Upstream>& upstreams, KeptTls& kept);

/// Lower-case names of the fields that only we may send to backends, on whatever listener the request came.
std::vector<std::string> reserved_fields(const std::vector<config::Listener>& listeners);

}  // namespace headgate::exchange
