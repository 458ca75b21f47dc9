// Socket addresses: IPv4, IPv6 and Unix sockets behind one plain value.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "headgate/endpoint.hpp"
#include "headgate/result.hpp"

namespace headgate::net {

class SocketAddress {
 public:
  SocketAddress() = default;
  SocketAddress(const sockaddr* address, socklen_t length);

  static Result<SocketAddress> unix_path(const std::string& path);

  [[nodiscard]] const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const { return length_; }
  [[nodiscard]] int family() const { return storage_.ss_family; }
  /// IP address without port and brackets; "unix:" for a Unix socket.
  [[nodiscard]] std::string host_text() const;
  /// "host:port", "[v6]:port" or "unix:/path".
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::uint16_t port() const;
  /// A Unix socket has none: it stays as it is.
  [[nodiscard]] SocketAddress with_port(std::uint16_t port) const;
  /// 127.0.0.0/8, ::1, or the first as an IPv4-mapped address.
  [[nodiscard]] bool is_loopback() const;

  friend bool operator==(const SocketAddress& a, const SocketAddress& b) {
    return a.length_ == b.length_ && std::memcmp(&a.storage_, &b.storage_, a.length_) == 0;
  }

 private:
  sockaddr_storage storage_{};
  socklen_t length_ = 0;
};

/// All addresses of an endpoint, in the resolver's order. Blocks for names: never on a worker.
Result<std::vector<SocketAddress>> resolve(const Endpoint& endpoint);
/// True if resolve() needs no name service.
bool is_literal(const Endpoint& endpoint);

}  // namespace headgate::net
