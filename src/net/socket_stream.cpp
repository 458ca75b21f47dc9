#include "net/socket_stream.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "net/system_calls.hpp"

namespace headgate::net {
namespace {

/// Of one stream in one turn of the loop: 16 MiB of a large body, a tenth of a millisecond of small pieces.
constexpr unsigned writes_a_turn = 32;
/// The same of reads: 4 MiB of a large body, some milliseconds of the smallest frames of HTTP/2.
constexpr unsigned reads_a_turn = 8;

}  // namespace

SocketStream::SocketStream(EventLoop& loop, int fd)
    : Stream{loop.wheel()},
      poller_{loop.poller()},
      fd_{fd},
      send_flags_{MSG_NOSIGNAL},
      next_read_{poller_, [](void* self) { static_cast<SocketStream*>(self)->read_on(); }, this} {
  try {
    poller_.add(fd_, *this);
  } catch (...) {
    ::close(fd_);
    throw;
  }
}

SocketStream::~SocketStream() {
  SocketStream::do_close();
  if (destroyed_ != nullptr) *destroyed_ = true;
}

IoResult SocketStream::try_read(std::span<char> space) {
  if (fd_ < 0) return {0, ECANCELED};
  const ssize_t got = receive(fd_, space.data(), space.size(), 0);
  if (got < 0) {
    if (errno == EINTR) return try_read(space);
    may_read_ = peer_done_ && errno != EAGAIN;
    return {0, errno == EWOULDBLOCK ? EAGAIN : errno};
  }
  // A read that came up short has emptied the socket: the next byte will be told. The end, though, may be there
  // already, told together with the bytes.
  may_read_ = static_cast<std::size_t>(got) == space.size() || peer_done_;
  return {static_cast<std::size_t>(got), 0};
}

IoResult SocketStream::try_write(std::span<const iovec> pieces) {
  if (fd_ < 0) return {0, ECANCELED};
  ssize_t sent = 0;
  if (pieces.size() == 1) {
    sent = send(fd_, pieces[0].iov_base, pieces[0].iov_len, send_flags_);
  } else {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());
    message.msg_iovlen = pieces.size();
    sent = send(fd_, message, send_flags_);
  }
  if (sent >= 0) return {static_cast<std::size_t>(sent), 0};
  if (errno == EINTR) return try_write(pieces);
  return {0, errno == EWOULDBLOCK ? EAGAIN : errno};
}

SocketStream::Peer SocketStream::look() {
  if (fd_ < 0) return Peer::failed;
  char byte = 0;
  const ssize_t got = ::recv(fd_, &byte, 1, MSG_PEEK);
  if (got > 0) return Peer::spoke;
  if (got == 0) return Peer::closed;
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Peer::silent : Peer::failed;
}

IoResult SocketStream::peek(std::span<char> space, std::size_t seen) {
  may_read_ = false;  // more than this will be told
  const ssize_t got = ::recv(fd_, space.data(), space.size(), MSG_PEEK);
  if (got < 0) return {0, errno == EWOULDBLOCK || errno == EINTR ? EAGAIN : errno};
  if (static_cast<std::size_t>(got) > seen) return {static_cast<std::size_t>(got), 0};
  return {0, peer_done_ ? 0 : EAGAIN};
}

void SocketStream::drop(std::size_t bytes) {
  std::array<char, 4096> discarded;
  while (bytes != 0) {
    const ssize_t got = receive(fd_, discarded.data(), std::min(bytes, discarded.size()), 0);
    if (got <= 0) break;  // the next read tells why
    bytes -= static_cast<std::size_t>(got);
  }
  may_read_ = true;  // perhaps
}

void SocketStream::end_follows() { send_flags_ |= MSG_MORE; }

void SocketStream::shutdown_write() {
  if (fd_ >= 0) ::shutdown(fd_, SHUT_WR);
}

std::size_t SocketStream::backlog() const {
  int bytes = 0;
  return fd_ >= 0 && ::ioctl(fd_, SIOCOUTQ, &bytes) == 0 ? static_cast<std::size_t>(bytes) : 0;
}

void SocketStream::notice_turn() {
  if (turn_ == poller_.turn()) return;
  turn_ = poller_.turn();
  writes_ = reads_ = 0;
}

bool SocketStream::turn_is_over() {
  notice_turn();
  if (++writes_ < writes_a_turn) return false;
  poller_.tell_again(*this);
  return true;
}

bool SocketStream::has_read_enough() {
  notice_turn();
  if (++reads_ < reads_a_turn) return false;
  next_read_.ask();
  return true;
}

void SocketStream::do_close() {
  if (fd_ < 0) return;
  poller_.remove(fd_, *this, true);
  ::close(fd_);
  fd_ = -1;
}

void SocketStream::do_reset() {
  const linger at_once{1, 0};
  if (fd_ >= 0) ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  do_close();
}

void SocketStream::on_ready(std::uint32_t events) {
  bool destroyed = false;
  destroyed_ = &destroyed;
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) peer_done_ = true;
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) on_readable();
  if (destroyed) return;
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) on_writable();
  if (!destroyed) destroyed_ = nullptr;
}

StreamPtr make_socket_stream(EventLoop& loop, int fd) { return std::make_unique<SocketStream>(loop, fd); }

}  // namespace headgate::net
