#include "support/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace headgate::testing {
namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] int family() const { return storage.ss_family; }
};

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what + ": " + std::strerror(errno)); }

SocketAddress unix_address(const std::string& path) {
  SocketAddress result;
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof(name.sun_path)) throw std::runtime_error("too long for a Unix socket: " + path);
  std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
  std::memcpy(&result.storage, &name, sizeof(name));
  result.size = sizeof(name);
  return result;
}

SocketAddress ip_address(const std::string& host, const std::string& port) {
  SocketAddress result;
  const auto number = htons(static_cast<std::uint16_t>(std::stoi(port)));
  if (host.find(':') != std::string::npos) {
    sockaddr_in6 name{};
    name.sin6_family = AF_INET6;
    name.sin6_port = number;
    if (::inet_pton(AF_INET6, host.c_str(), &name.sin6_addr) != 1) throw std::runtime_error("bad address " + host);
    std::memcpy(&result.storage, &name, sizeof(name));
    result.size = sizeof(name);
  } else {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = number;
    if (::inet_pton(AF_INET, host.c_str(), &name.sin_addr) != 1) throw std::runtime_error("bad address " + host);
    std::memcpy(&result.storage, &name, sizeof(name));
    result.size = sizeof(name);
  }
  return result;
}

SocketAddress parse(const std::string& address) {
  if (address.starts_with("unix:")) return unix_address(address.substr(5));
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) throw std::runtime_error("no port in " + address);
  std::string host = address.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return ip_address(host, address.substr(colon + 1));
}

Socket open_socket(int family, int flags = 0) {
  Socket socket{::socket(family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0)};
  if (!socket.is_open()) fail("socket");
  return socket;
}

void set(const Socket& socket, int level, int option, int value) {
  if (::setsockopt(socket.fd(), level, option, &value, sizeof(value)) != 0) fail("setsockopt");
}

}  // namespace

void Socket::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void Socket::reset() {
  const linger abort{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort));
  close();
}

Socket connect_to(const std::string& address, const ConnectOptions& options) {
  const SocketAddress name = parse(address);
  Socket socket = open_socket(name.family());
  if (options.receive_buffer > 0) set(socket, SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
  if (!options.source.empty()) {
    const SocketAddress source = ip_address(options.source, "0");
    if (::bind(socket.fd(), source.get(), source.size) != 0) fail("bind " + options.source);
  }
  if (::connect(socket.fd(), name.get(), name.size) != 0) fail("connect " + address);
  return socket;
}

Socket listen_on(const std::string& address, int backlog) {
  const SocketAddress name = parse(address);
  Socket socket = open_socket(name.family());
  if (name.family() != AF_UNIX) set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  if (::bind(socket.fd(), name.get(), name.size) != 0) fail("bind " + address);
  if (::listen(socket.fd(), backlog) != 0) fail("listen " + address);
  return socket;
}

std::string local_address(const Socket& socket) {
  SocketAddress name;
  if (::getsockname(socket.fd(), name.get(), &name.size) != 0) fail("getsockname");
  if (name.family() == AF_UNIX) return std::string("unix:") + reinterpret_cast<sockaddr_un*>(&name.storage)->sun_path;
  char text[INET6_ADDRSTRLEN] = {};
  if (name.family() == AF_INET6) {
    const auto* six = reinterpret_cast<sockaddr_in6*>(&name.storage);
    ::inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof(text));
    return std::string("[") + text + "]:" + std::to_string(ntohs(six->sin6_port));
  }
  const auto* four = reinterpret_cast<sockaddr_in*>(&name.storage);
  ::inet_ntop(AF_INET, &four->sin_addr, text, sizeof(text));
  return std::string(text) + ":" + std::to_string(ntohs(four->sin_port));
}

bool accepts_connections(const std::string& address) {
  const SocketAddress name = parse(address);
  const Socket socket = open_socket(name.family());
  return ::connect(socket.fd(), name.get(), name.size) == 0;
}

FullBacklog::FullBacklog() : listener_{listen_on("127.0.0.1:0", 0)} {
  const SocketAddress name = parse(address());
  for (Socket& filler : fillers_) {
    filler = open_socket(name.family(), SOCK_NONBLOCK);
    if (::connect(filler.fd(), name.get(), name.size) != 0 && errno != EINPROGRESS) fail("connect to fill the queue");
  }
}

}  // namespace headgate::testing
