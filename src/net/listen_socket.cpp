#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fcntl.h>
#include <cerrno>

#include "net/acceptor.hpp"
#include "net/pacing.hpp"

namespace headgate::net {
namespace {

Error open_failed(int fd, int error) {
  if (fd >= 0) ::close(fd);
  return Error{Cause::accept_failed, "cannot listen", error};
}

/// A socket file left by a process that died would make bind fail for ever.
void remove_stale(const SocketAddress& address) {
  const auto* un = reinterpret_cast<const sockaddr_un*>(address.data());
  struct stat status {};
  if (::lstat(un->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (probe < 0) return;
  const bool refused = ::connect(probe, address.data(), address.size()) != 0 && errno == ECONNREFUSED;
  ::close(probe);
  if (refused) ::unlink(un->sun_path);
}

}  // namespace

Result<ListenSocket> ListenSocket::open(const SocketAddress& address, const ListenOptions& options) {
  const int fd = ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return open_failed(fd, errno);
  const int on = 1;
  const int off = 0;
  if (address.family() == AF_UNIX) {
    remove_stale(address);
  } else {
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (options.share_port) ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // accepted sockets inherit it
    leave_pacing_out(fd, address);                               // inherited; later it would leave the timers running
    // One second is one repeated SYN-ACK; a client that is still silent then is handed over like any other.
    if (options.defer_accept) ::setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &on, sizeof on);
    if (address.family() == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  }
  if (::bind(fd, address.data(), address.size()) != 0) return open_failed(fd, errno);
  if (address.family() == AF_UNIX)
    ::chmod(reinterpret_cast<const sockaddr_un*>(address.data())->sun_path, options.unix_mode);
  if (::listen(fd, options.backlog) != 0) return open_failed(fd, errno);
  return ListenSocket{fd, address.family(), options.defer_accept && address.family() != AF_UNIX};
}

ListenSocket& ListenSocket::operator=(ListenSocket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(family_, other.family_);
  std::swap(defers_, other.defers_);
  return *this;
}

ListenSocket::~ListenSocket() {
  if (fd_ >= 0) ::close(fd_);
}

Result<ListenSocket> ListenSocket::duplicate() const {
  const int copy = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return open_failed(copy, errno);
  return ListenSocket{copy, family_, defers_};
}

SocketAddress ListenSocket::bound() const {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  ::getsockname(fd_, reinterpret_cast<sockaddr*>(&storage), &length);
  return SocketAddress{reinterpret_cast<const sockaddr*>(&storage), length};
}

}  // namespace headgate::net
