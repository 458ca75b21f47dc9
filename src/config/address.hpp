// Addresses as they are written in the configuration.
#pragma once

#include <string>
#include <string_view>

#include "config/outcome.hpp"
#include "headgate/endpoint.hpp"

namespace headgate::config {

/// "127.0.0.1:8080", "[::1]:8080", ":8080" (0.0.0.0), "localhost:8080", "unix:/run/x.sock". Port 0 lets the kernel
/// choose.
Outcome<Endpoint> parse_listen_address(std::string_view text);

/// "http://name[:port]", "http://[::1]:9000", "http://unix:/run/x.sock", "unix:/run/x.sock". No path, query, user.
Outcome<Endpoint> parse_backend_url(std::string_view text);
/// The shortest url that parses to it.
std::string backend_url(const Endpoint& endpoint);

/// "10.0.0.2", "10.0.0.2:5353", "[::1]:53". The value always has its port.
Outcome<std::string> parse_nameserver(std::string_view text);

/// "10.0.0.0/8", "::1/128"; a bare address stands for itself. The value always has its prefix length.
Outcome<std::string> parse_cidr(std::string_view text);

/// A network, or "unix:" for every peer on a Unix socket.
Outcome<std::string> parse_trusted_peer(std::string_view text);

/// A host as matches name them: "example.org", "*.example.org", "192.0.2.1", "[2001:db8::1]". The value is lower-case.
Outcome<std::string> parse_host_pattern(std::string_view text);

}  // namespace headgate::config
