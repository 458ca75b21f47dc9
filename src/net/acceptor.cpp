#include "net/acceptor.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "net/deferred.hpp"

namespace headgate::net {
namespace {

constexpr int most_per_turn = 16;  // then others get the loop
constexpr int most_at_the_end = 4096;
constexpr std::chrono::milliseconds pause_after_failure{100};

/// What accept(2) reports of the one connection that it could not hand over, not of the listener.
bool concerns_one_connection(int error) {
  return error == ECONNABORTED || error == EPROTO || error == ENETDOWN || error == ENETUNREACH ||
         error == EHOSTUNREACH || error == ENOPROTOOPT || error == EHOSTDOWN || error == ENONET ||
         error == EOPNOTSUPP || error == EPERM;
}

}  // namespace

class Acceptor::Listening final : private Watcher {
 public:
  Listening(EventLoop& loop, ListenSocket socket, OnAccept on_accept, OnFailure on_failure)
      : poller_{loop.poller()},
        socket_{std::move(socket)},
        retry_{loop.wheel(), [](void* self) { static_cast<Listening*>(self)->go_on(); }, this},
        on_accept_{std::move(on_accept)},
        on_failure_{std::move(on_failure)} {}

  /// Takes what waits in the queue already, then closes.
  ~Listening() {
    // Closing is not enough to leave the epoll set: another worker may hold the same socket (ListenSocket::duplicate).
    if (watching_) poller_.remove(socket_.fd(), *this, false);
    for (int i = 0; i < most_at_the_end && take_one() == Taken::one; ++i) {
    }
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  void leave() {
    if (socket_.family() == AF_UNIX) return;
    hide(socket_.fd());
    if (socket_.defers()) stop_deferring(socket_.fd());
  }

  [[nodiscard]] bool waits_for_clients() const { return holds_back(socket_.bound()); }

  void start() {
    poller_.add_listener(socket_.fd(), *this);
    watching_ = true;
  }

 private:
  enum class Taken { one, none, failed };

  void go_on() {
    try {
      start();
    } catch (const std::system_error& error) {  // no memory or no epoll watch either
      on_failure_(error.code().value());
      retry_.arm(pause_after_failure);
    }
  }

  Taken take_one() {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    const int fd =
        ::accept4(socket_.fd(), reinterpret_cast<sockaddr*>(&storage), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      on_accept_(fd, SocketAddress{reinterpret_cast<const sockaddr*>(&storage), length});
      return Taken::one;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Taken::none;
    if (errno == EINTR || concerns_one_connection(errno)) return Taken::one;
    on_failure_(errno);
    return Taken::failed;
  }

  void on_ready(std::uint32_t) override {
    for (int i = 0; i < most_per_turn; ++i) {
      const Taken taken = take_one();
      if (taken == Taken::one) continue;
      if (taken == Taken::failed) {
        // Out of descriptors or memory: the queue stays full and readable, so waiting for it would spin.
        poller_.remove(socket_.fd(), *this, false);
        watching_ = false;
        retry_.arm(pause_after_failure);
      }
      return;
    }
  }

  Poller& poller_;
  ListenSocket socket_;
  Deadline retry_;
  OnAccept on_accept_;
  OnFailure on_failure_;
  bool watching_ = false;
};

Acceptor::Acceptor(EventLoop& loop, ListenSocket socket, OnAccept on_accept, OnFailure on_failure)
    : listening_{std::make_unique<Listening>(loop, std::move(socket), std::move(on_accept), std::move(on_failure))} {}

Acceptor::~Acceptor() = default;

void Acceptor::leave() { listening_->leave(); }

bool Acceptor::waits_for_clients() const { return listening_->waits_for_clients(); }

void Acceptor::start() { listening_->start(); }

}  // namespace headgate::net
