#include "net/socket_stream.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include "net/system_calls.hpp"

namespace headgate::net {
namespace {

/// Of one stream in one turn of the loop: 16 MiB of a large body, a tenth of a millisecond of small pieces.
constexpr unsigned writes_a_turn = 32;

class SocketStream final : public Stream, private Watcher {
 public:
  SocketStream(EventLoop& loop, int fd) : Stream{loop.wheel()}, poller_{loop.poller()}, fd_{fd} {
    try {
      poller_.add(fd_, *this);
    } catch (...) {
      ::close(fd_);
      throw;
    }
  }
  ~SocketStream() override {
    do_close();
    if (destroyed_ != nullptr) *destroyed_ = true;
  }

  IoResult try_read(std::span<char> space) override {
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

  IoResult try_write(std::span<const iovec> pieces) override {
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

  Peer look() override {
    if (fd_ < 0) return Peer::failed;
    char byte = 0;
    const ssize_t got = ::recv(fd_, &byte, 1, MSG_PEEK);
    if (got > 0) return Peer::spoke;
    if (got == 0) return Peer::closed;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Peer::silent : Peer::failed;
  }

  void end_follows() override { send_flags_ |= MSG_MORE; }

  void shutdown_write() override {
    if (fd_ >= 0) ::shutdown(fd_, SHUT_WR);
  }

 private:
  bool turn_is_over() override {
    if (turn_ != poller_.turn()) {
      turn_ = poller_.turn();
      writes_ = 0;
    }
    if (++writes_ < writes_a_turn) return false;
    poller_.tell_again(*this);
    return true;
  }

  void do_close() override {
    if (fd_ < 0) return;
    poller_.remove(fd_, *this, true);
    ::close(fd_);
    fd_ = -1;
  }

  void do_reset() override {
    const linger at_once{1, 0};
    if (fd_ >= 0) ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    do_close();
  }

  void on_ready(std::uint32_t events) override {
    bool destroyed = false;
    destroyed_ = &destroyed;
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) peer_done_ = true;
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) became_readable();
    if (destroyed) return;
    if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) became_writable();
    if (!destroyed) destroyed_ = nullptr;
  }

  Poller& poller_;
  int fd_;
  int send_flags_ = MSG_NOSIGNAL;
  unsigned writes_ = 0;        ///< in turn_
  std::uint64_t turn_ = 0;     ///< of the loop
  bool* destroyed_ = nullptr;  ///< while it is told of events: whether it is still there
  bool peer_done_ = false;     ///< the end or an error is, or was, behind the bytes to read
};

}  // namespace

StreamPtr make_socket_stream(EventLoop& loop, int fd) { return std::make_unique<SocketStream>(loop, fd); }

}  // namespace headgate::net
