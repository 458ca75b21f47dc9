#include "net/address.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstddef>
#include <memory>

namespace headgate::net {

SocketAddress::SocketAddress(const sockaddr* address, socklen_t length)
    : length_{std::min<socklen_t>(length, sizeof(storage_))} {
  std::memcpy(&storage_, address, length_);
}

Result<SocketAddress> SocketAddress::unix_path(const std::string& path) {
  sockaddr_un un{};
  un.sun_family = AF_UNIX;
  if (path.size() >= sizeof(un.sun_path)) return Error{Cause::upstream_resolve_failed, "Unix socket path too long"};
  std::memcpy(un.sun_path, path.data(), path.size());
  return SocketAddress{reinterpret_cast<const sockaddr*>(&un),
                       static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1)};
}

std::string SocketAddress::host_text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (family() == AF_INET)
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&storage_)->sin_addr, text.data(), text.size());
  else if (family() == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6*>(&storage_)->sin6_addr;
    // A dual-stack listener reports IPv4 clients as ::ffff:a.b.c.d; logs and headers want a.b.c.d.
    if (IN6_IS_ADDR_V4MAPPED(&v6))
      inet_ntop(AF_INET, &v6.s6_addr[12], text.data(), text.size());
    else
      inet_ntop(AF_INET6, &v6, text.data(), text.size());
  } else
    return "unix:";
  return text.data();
}

std::uint16_t SocketAddress::port() const {
  if (family() == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&storage_)->sin_port);
  if (family() == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage_)->sin6_port);
  return 0;
}

SocketAddress SocketAddress::with_port(std::uint16_t port) const {
  SocketAddress other = *this;
  if (family() == AF_INET) reinterpret_cast<sockaddr_in*>(&other.storage_)->sin_port = htons(port);
  if (family() == AF_INET6) reinterpret_cast<sockaddr_in6*>(&other.storage_)->sin6_port = htons(port);
  return other;
}

std::string SocketAddress::text() const {
  if (family() == AF_UNIX) {
    const auto& un = *reinterpret_cast<const sockaddr_un*>(&storage_);
    return length_ > offsetof(sockaddr_un, sun_path) ? std::string("unix:") + un.sun_path : "unix:";
  }
  const std::string host = host_text();
  return (host.find(':') != std::string::npos ? "[" + host + "]" : host) + ":" + std::to_string(port());
}

bool is_literal(const Endpoint& endpoint) {
  in6_addr ignored{};
  return endpoint.is_unix() || endpoint.host.empty() || inet_pton(AF_INET, endpoint.host.c_str(), &ignored) == 1 ||
         inet_pton(AF_INET6, endpoint.host.c_str(), &ignored) == 1;
}

bool SocketAddress::is_loopback() const {
  constexpr std::uint8_t loopback_network = 127;
  if (family() == AF_INET) {
    const auto& address = reinterpret_cast<const sockaddr_in&>(storage_).sin_addr;
    return reinterpret_cast<const std::uint8_t*>(&address)[0] == loopback_network;
  }
  if (family() != AF_INET6) return false;
  const auto& address = reinterpret_cast<const sockaddr_in6&>(storage_).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&address) || (IN6_IS_ADDR_V4MAPPED(&address) && address.s6_addr[12] == loopback_network);
}

Result<std::vector<SocketAddress>> resolve(const Endpoint& endpoint) {
  if (endpoint.is_unix()) {
    auto address = SocketAddress::unix_path(endpoint.unix_path);
    if (!address) return address.error();
    return std::vector{*address};
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (is_literal(endpoint) ? AI_NUMERICHOST : AI_ADDRCONFIG);
  addrinfo* found = nullptr;
  const std::string port = std::to_string(endpoint.port);
  if (const int code = getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found); code != 0)
    return Error{Cause::upstream_resolve_failed, gai_strerror(code)};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, &freeaddrinfo};
  std::vector<SocketAddress> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next)
    addresses.emplace_back(one->ai_addr, one->ai_addrlen);
  return addresses;
}

}  // namespace headgate::net
