#pragma once

#include <string>
#include <utility>

namespace headgate::testing {

/// Addresses are written "127.0.0.1:80", "[::1]:80" or "unix:/path", as in the configuration. Port 0: a free one.

/// Owns one socket.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_{fd} {}
  ~Socket() { close(); }
  Socket(Socket&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  void close();
  /// Closes with a TCP reset instead of a FIN (SO_LINGER 0).
  void reset();

 private:
  int fd_ = -1;
};

struct ConnectOptions {
  int receive_buffer = 0;   ///< bytes; 0: the kernel's choice. Set before connecting, so that it limits the window
  std::string source = {};  ///< IP address to bind to; empty: the kernel's choice
};

/// Throws std::runtime_error when refused.
Socket connect_to(const std::string& address, const ConnectOptions& options = {});
Socket listen_on(const std::string& address, int backlog = 512);
/// The address that a socket is bound to, with the port that it really got.
std::string local_address(const Socket& socket);
[[nodiscard]] bool accepts_connections(const std::string& address);

/// A listener whose queue is full: the kernel answers no further SYN, so that connecting to it hangs.
class FullBacklog {
 public:
  FullBacklog();
  [[nodiscard]] std::string address() const { return local_address(listener_); }

 private:
  Socket listener_;
  Socket fillers_[4];
};

}  // namespace headgate::testing
