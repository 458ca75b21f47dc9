#include "net/connector.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cerrno>

#include "net/socket_stream.hpp"

namespace headgate::net {
namespace {

namespace asio = boost::asio;

/// Waits until a connecting socket is writable: connected or failed.
class ConnectWait {
 public:
  ConnectWait(EventLoop& loop, int fd, std::chrono::milliseconds timeout)
      : descriptor_{loop.context(), fd},
        deadline_{loop.wheel(),
                  [](void* self) {
                    auto& wait = *static_cast<ConnectWait*>(self);
                    wait.expired_ = true;
                    boost::system::error_code ignored;
                    wait.descriptor_.cancel(ignored);
                  },
                  this},
        timeout_{timeout} {}

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    deadline_.arm(timeout_);
    descriptor_.async_wait(asio::posix::descriptor_base::wait_write,
                           [waiter](const boost::system::error_code&) { waiter.resume(); });
  }
  /// True in time. The descriptor is given back to the caller either way.
  bool await_resume() {
    descriptor_.release();
    return !expired_;
  }

 private:
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> descriptor_;
  Deadline deadline_;
  std::chrono::milliseconds timeout_;
  bool expired_ = false;
};

Error failed(int fd, int error) {
  if (fd >= 0) ::close(fd);
  return Error{Cause::upstream_connect_failed, "", error};
}

}  // namespace

base::Task<Result<StreamPtr>> connect(EventLoop& loop, SocketAddress address, std::chrono::milliseconds timeout) {
  const int fd = ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) co_return failed(fd, errno);
  if (address.family() != AF_UNIX) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  if (::connect(fd, address.data(), address.size()) != 0) {
    // A Unix socket with a full backlog says EAGAIN and never becomes ready.
    if (errno != EINPROGRESS) co_return failed(fd, errno);
    ConnectWait wait{loop, fd, timeout};
    const bool in_time = co_await wait;
    if (!in_time) {
      ::close(fd);
      co_return Error{Cause::upstream_connect_timeout};
    }
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) co_return failed(fd, error);
  }
  co_return make_socket_stream(loop, fd, address.family());
}

}  // namespace headgate::net
