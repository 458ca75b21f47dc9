#pragma once

#include <memory>
#include <vector>

#include "config/tls_settings.hpp"
#include "headgate/endpoint.hpp"
#include "net/tls_client.hpp"

namespace headgate::upstream {

/// By the position of the upstream; null for those without a backend of https.
using TlsClients = std::vector<std::shared_ptr<const net::TlsClient>>;

/// How that backend of an upstream is connected to.
inline net::TlsPeer tls_peer(const std::shared_ptr<const net::TlsClient>& client, const config::UpstreamTls& settings,
                             const Endpoint& address) {
  if (!address.tls) return {};
  return {client, settings.server_name.empty() ? address.host : settings.server_name};
}

}  // namespace headgate::upstream
