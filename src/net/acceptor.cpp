#include "net/acceptor.hpp"

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cerrno>
#include <utility>

namespace headgate::net {
namespace {

namespace asio = boost::asio;

constexpr int most_per_turn = 64;  // then others get the loop
constexpr std::chrono::milliseconds pause_after_failure{100};

/// What accept(2) reports of the one connection that it could not hand over, not of the listener.
bool concerns_one_connection(int error) {
  return error == ECONNABORTED || error == EPROTO || error == ENETDOWN || error == ENETUNREACH ||
         error == EHOSTUNREACH || error == ENOPROTOOPT || error == EHOSTDOWN || error == ENONET ||
         error == EOPNOTSUPP || error == EPERM;
}

}  // namespace

class Acceptor::Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop(EventLoop& loop, ListenSocket socket, OnAccept on_accept, OnFailure on_failure)
      : socket_{std::move(socket)},
        descriptor_{loop.context(), socket_.fd()},
        retry_{loop.wheel(), [](void* self) { static_cast<Loop*>(self)->take(); }, this},
        on_accept_{std::move(on_accept)},
        on_failure_{std::move(on_failure)} {}

  ~Loop() { descriptor_.release(); }  // socket_ closes it
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void wait() {
    if (finished_) return;
    descriptor_.async_wait(asio::posix::descriptor_base::wait_read,
                           [self = shared_from_this()](const boost::system::error_code& error) {
                             if (!error) self->take();
                           });
  }

  void finish() {
    if (finished_) return;
    finished_ = true;
    retry_.disarm();
    take();
    boost::system::error_code ignored;
    descriptor_.cancel(ignored);
    descriptor_.release();
    ListenSocket closed{std::move(socket_)};
  }

 private:
  enum class Taken { one, none, failed };

  Taken take_one() {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    const int fd =
        ::accept4(socket_.fd(), reinterpret_cast<sockaddr*>(&storage), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      on_accept_(fd, socket_.family(), SocketAddress{reinterpret_cast<const sockaddr*>(&storage), length});
      return Taken::one;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Taken::none;
    if (errno == EINTR || concerns_one_connection(errno)) return Taken::one;
    on_failure_(errno);
    return Taken::failed;
  }

  void take() {
    const int most = finished_ ? 4096 : most_per_turn;
    for (int i = 0; i < most; ++i) {
      const Taken taken = take_one();
      if (taken == Taken::none) break;
      if (taken == Taken::failed) {
        // Out of descriptors or memory: the queue stays full and readable, so waiting for it would spin.
        if (!finished_) retry_.arm(pause_after_failure);
        return;
      }
    }
    wait();
  }

  ListenSocket socket_;
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> descriptor_;
  Deadline retry_;
  OnAccept on_accept_;
  OnFailure on_failure_;
  bool finished_ = false;
};

Acceptor::Acceptor(EventLoop& loop, ListenSocket socket, OnAccept on_accept, OnFailure on_failure)
    : loop_{std::make_shared<Loop>(loop, std::move(socket), std::move(on_accept), std::move(on_failure))} {}

Acceptor::~Acceptor() { loop_->finish(); }

void Acceptor::start() { loop_->wait(); }
void Acceptor::finish() { loop_->finish(); }

}  // namespace headgate::net
