#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/connection_source.hpp"
#include "config/upstream_settings.hpp"
#include "headgate/endpoint.hpp"
#include "net/address.hpp"
#include "net/tls_client.hpp"
#include "upstream/health_view.hpp"

namespace headgate::upstream {

/// "GET http://10.0.0.1:9000/healthz", "tcp 10.0.0.1:9000", "grpc 10.0.0.1:9000 shop.Orders".
std::string describe_probe(const Endpoint& endpoint, const config::ActiveHealth& rules);

/// Sends one probe to the first of the addresses that takes a connection, within rules.timeout for all of it; behind a
/// PROXY header that says that it comes from us. Null: it says nothing of the endpoint, as Headgate had no descriptor
/// left for it. Over TLS the backend chooses among what `tls` offers (ALPN), and fails if that is not what `protocol`
/// asks for; else `protocol` says what it speaks. Does not throw.
boost::asio::awaitable<std::optional<ProbeReport>> send_probe(Endpoint endpoint, config::ActiveHealth rules,
                                                              std::vector<net::SocketAddress> addresses,
                                                              net::TlsPeer tls = {},
                                                              base::ProxyVersion proxy_protocol = {},
                                                              config::UpstreamProtocol protocol = {});

}  // namespace headgate::upstream
