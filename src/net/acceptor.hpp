// Listening sockets and the loop that takes connections off them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "headgate/result.hpp"
#include "net/address.hpp"
#include "net/event_loop.hpp"

namespace headgate::net {

struct ListenOptions {
  int backlog = 4096;
  unsigned unix_mode = 0660;
  bool defer_accept = false;  ///< TCP_DEFER_ACCEPT: told of a connection with its first bytes, or after about a second
  bool share_port = true;     ///< TCP: SO_REUSEPORT, so that every worker has a queue of its own
};

/// A bound, listening, non-blocking descriptor, closed with its owner.
class ListenSocket {
 public:
  /// The error carries errno.
  /// Unix: a socket file that nobody listens on is replaced; one that is alive is "address in use".
  static Result<ListenSocket> open(const SocketAddress& address, const ListenOptions& options);

  ListenSocket(ListenSocket&& other) noexcept
      : fd_{std::exchange(other.fd_, -1)}, family_{other.family_}, defers_{other.defers_} {}
  ListenSocket& operator=(ListenSocket&& other) noexcept;
  ListenSocket(const ListenSocket&) = delete;
  ListenSocket& operator=(const ListenSocket&) = delete;
  ~ListenSocket();

  /// A second descriptor of the same socket: workers share a Unix listener.
  [[nodiscard]] Result<ListenSocket> duplicate() const;
  [[nodiscard]] SocketAddress bound() const;
  [[nodiscard]] int fd() const { return fd_; }
  /// To an owner that closes it.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  [[nodiscard]] int family() const { return family_; }
  [[nodiscard]] bool defers() const { return defers_; }

 private:
  ListenSocket(int fd, int family, bool defers) : fd_{fd}, family_{family}, defers_{defers} {}
  int fd_ = -1;
  int family_ = 0;
  bool defers_ = false;
};

class Acceptor {
 public:
  /// Takes over the descriptor of a connected client.
  using OnAccept = std::function<void(int fd, const SocketAddress& peer)>;
  /// accept failed with this errno; taking goes on after a pause.
  using OnFailure = std::function<void(int error)>;

  Acceptor(EventLoop& loop, ListenSocket socket, OnAccept on_accept, OnFailure on_failure);
  /// Takes what waits in the queue already, then closes: a client that the kernel has accepted is not reset.
  ~Acceptor();
  /// Before the end: new clients go to the other listeners of the port, or are refused if there are none.
  void leave();
  /// After leave(), as often as it takes: true while there are clients that the kernel has begun to connect and not
  /// handed over, as their handshake is on its way or they have not sent anything (ListenOptions::defer_accept).
  /// Destroyed then, it would have them reset.
  [[nodiscard]] bool waits_for_clients() const;
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  void start();

 private:
  class Listening;
  std::unique_ptr<Listening> listening_;
};

}  // namespace headgate::net
