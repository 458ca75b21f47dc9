// What tests of the event loop's users share: a loop that the test turns by hand, in its own thread.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/task.hpp"
#include "net/event_loop.hpp"
#include "support/socket.hpp"
#include "support/waiting.hpp"

namespace headgate::testing {

/// A task that runs beside the test, to its end or to the end of this object.
template <class T>
class Running {
 public:
  explicit Running(base::Task<T> task) : task_{store(std::move(task), result_)} { task_.start(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  [[nodiscard]] bool done() const { return result_.has_value(); }
  [[nodiscard]] T& result() { return result_.value(); }

 private:
  static base::Task<void> store(base::Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }

  std::optional<T> result_;
  base::Task<void> task_;
};

class EventLoopTest : public ::testing::Test {
 protected:
  /// Turns the loop until the condition holds; false when it never did.
  template <class Condition>
  [[nodiscard]] bool run_until(Condition condition, milliseconds deadline = patience) {
    const auto end = Clock::now() + deadline;
    while (!condition()) {
      if (Clock::now() > end) return false;
      loop_.run_once(10ms);
    }
    return true;
  }

  /// For what must not happen: turns the loop until there is nothing more to tell.
  void settle() {
    for (int i = 0; i < 5; ++i) loop_.run_once(1ms);
  }

  template <class T>
  T result_of(base::Task<T> task) {
    Running<T> running{std::move(task)};
    if (!run_until([&] { return running.done(); })) throw std::runtime_error("the task never ended");
    return std::move(running.result());
  }

  net::EventLoop loop_;
};

/// Two connected, non-blocking sockets: `near` for the code under test, `far` for the test.
struct SocketPair {
  SocketPair() {
    int fds[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0)
      throw std::runtime_error("socketpair");
    near = Socket{fds[0]};
    far = Socket{fds[1]};
  }
  Socket near;
  Socket far;
};

/// Gives the descriptor away, to an owner that closes it.
inline int release(Socket& socket) {
  const int fd = ::fcntl(socket.fd(), F_DUPFD_CLOEXEC, 0);
  socket.close();
  return fd;
}

/// For short texts that certainly fit.
inline void send_all(const Socket& socket, std::string_view bytes) {
  if (::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("send");
}

/// What is there now, at most `most`.
inline std::string receive(const Socket& socket, std::size_t most = 65536) {
  std::string bytes(most, '\0');
  const ssize_t got = ::recv(socket.fd(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

/// The peer has closed or reset, and all its bytes were read.
[[nodiscard]] inline bool is_closed(const Socket& socket) {
  char byte = 0;
  const ssize_t got = ::recv(socket.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

}  // namespace headgate::testing
