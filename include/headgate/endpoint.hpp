#pragma once

#include <cstdint>
#include <string>

namespace headgate {

/// Where a backend or a listener lives. Either host and port, or the path of a Unix socket.
struct Endpoint {
  std::string host;        ///< name, IPv4, or IPv6 without brackets; empty for a Unix socket
  std::uint16_t port = 0;  ///< 0 for a Unix socket
  std::string unix_path;   ///< absolute path; empty for TCP
  bool tls = false;        ///< a backend that is spoken to by https; not a part of its name

  [[nodiscard]] bool is_unix() const { return !unix_path.empty(); }
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// "host:port", "[v6]:port" or "unix:/path": identity, log field and metric label.
inline std::string to_string(const Endpoint& endpoint) {
  if (endpoint.is_unix()) return "unix:" + endpoint.unix_path;
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

}  // namespace headgate
