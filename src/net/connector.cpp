#include "net/connector.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "net/pacing.hpp"
#include "net/socket_stream.hpp"
#include "net/tls_stream.hpp"

namespace headgate::net {
namespace {

/// Waits until a connecting socket is writable: connected or failed.
class ConnectWait final : private Watcher {
 public:
  ConnectWait(EventLoop& loop, int fd, std::chrono::milliseconds timeout, ConnectCanceller& canceller)
      : poller_{loop.poller()},
        fd_{fd},
        deadline_{loop.wheel(), [](void* self) { static_cast<ConnectWait*>(self)->end(ETIMEDOUT); }, this},
        timeout_{timeout},
        canceller_{canceller} {}

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    deadline_.arm(timeout_);
    poller_.add(fd_, *this);
    canceller_.set([](void* self) { static_cast<ConnectWait*>(self)->end(ECANCELED); }, this);
  }
  /// 0: connected or failed; ETIMEDOUT, ECANCELED.
  [[nodiscard]] int await_resume() const { return error_; }

 private:
  void on_ready(std::uint32_t events) override {
    if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0) end(0);
  }
  void end(int error) {
    error_ = error;
    canceller_.set(nullptr, nullptr);
    deadline_.disarm();
    poller_.remove(fd_, *this, false);
    waiter_.resume();
  }

  Poller& poller_;
  int fd_;
  Deadline deadline_;
  std::chrono::milliseconds timeout_;
  ConnectCanceller& canceller_;
  std::coroutine_handle<> waiter_;
  int error_ = 0;
};

/// Closes the socket unless it was handed on: also when what comes in between throws.
class Connecting {
 public:
  explicit Connecting(int fd) : fd_{fd} {}
  Connecting(const Connecting&) = delete;
  Connecting& operator=(const Connecting&) = delete;
  ~Connecting() {
    if (fd_ >= 0) ::close(fd_);
  }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Error failed(int error) { return Error{Cause::upstream_connect_failed, "", error}; }

/// That Headgate has no descriptor left says nothing of the backend, and another one would fare no better.
Error without_socket(int error) {
  const bool exhausted = error == EMFILE || error == ENFILE;
  return exhausted ? Error{Cause::proxy_out_of_descriptors, "", error} : failed(error);
}

/// A connected socket, the caller's own.
base::Task<Result<int>> connect_socket(EventLoop& loop, SocketAddress address, std::chrono::milliseconds timeout,
                                       ConnectCanceller& canceller) {
  const int fd = ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) co_return without_socket(errno);
  Connecting connecting{fd};
  if (address.family() != AF_UNIX) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    leave_pacing_out(fd, address);
  }
  if (::connect(fd, address.data(), address.size()) != 0) {
    // A Unix socket with a full backlog says EAGAIN and never becomes ready.
    if (errno != EINPROGRESS) co_return failed(errno);
    ConnectWait wait{loop, fd, timeout, canceller};
    const int ended = co_await wait;
    if (ended == ECANCELED) co_return failed(ended);
    if (ended == ETIMEDOUT) co_return Error{Cause::upstream_connect_timeout};
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) co_return failed(error);
  }
  co_return connecting.release();
}

}  // namespace

base::Task<Result<StreamPtr>> connect(EventLoop& loop, SocketAddress address, std::chrono::milliseconds timeout,
                                      ConnectCanceller& canceller) {
  const auto socket = co_await connect_socket(loop, address, timeout, canceller);
  if (!socket) co_return socket.error();
  co_return make_socket_stream(loop, *socket);
}

base::Task<Result<StreamPtr>> connect_by_tls(EventLoop& loop, SocketAddress address, std::chrono::milliseconds timeout,
                                             ConnectCanceller& canceller, base::SslPtr ssl, std::string_view preface) {
  const auto socket = co_await connect_socket(loop, address, timeout, canceller);
  if (!socket) co_return socket.error();
  StreamPtr stream = std::make_unique<TlsStream>(loop, *socket, TlsEnd{std::move(ssl), nullptr});
  // Small, and the first bytes of a connection: they fit.
  if (!preface.empty() && stream->try_write_plain(preface).bytes != preface.size())
    co_return Error{Cause::upstream_connect_failed, "while sending the PROXY header"};
  canceller.set([](void* self) { static_cast<Stream*>(self)->cancel(); }, stream.get());
  const Error error = co_await stream->handshake(timeout);
  canceller.set(nullptr, nullptr);
  if (error.failed()) co_return error;
  co_return stream;
}

}  // namespace headgate::net
