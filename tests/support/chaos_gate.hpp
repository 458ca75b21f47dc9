#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/socket.hpp"
#include "support/waiting.hpp"

namespace headgate::testing {

/// What a ChaosGate does to the bytes that pass it.
struct Chaos {
  milliseconds delay{0};                      ///< before each piece, either way
  std::size_t piece = 0;                      ///< bytes that go out at once, either way; 0: as they came
  std::optional<std::size_t> cut_after = {};  ///< so many bytes from the backend pass; then both sides get a reset
  bool drop = false;                          ///< bytes from the backend vanish
  bool corrupt = false;                       ///< a bit of each byte from the backend is flipped
};

/// A stretch of bad network between the proxy and a backend, with a thread a connection.
class ChaosGate {
 public:
  /// `target`: the backend's "host:port".
  explicit ChaosGate(std::string target);
  ~ChaosGate();
  ChaosGate(const ChaosGate&) = delete;
  ChaosGate& operator=(const ChaosGate&) = delete;

  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] std::string url() const { return "http://" + address_; }

  /// From the next piece on, of every connection.
  void set(const Chaos& chaos);
  /// Ends every connection with a reset, and refuses new ones.
  void close();
  /// Takes connections again, on the same port.
  void open();
  [[nodiscard]] int accepted() const { return accepted_; }

 private:
  struct Connection;
  void accept_all();
  void run(Connection& connection);
  [[nodiscard]] bool pass(const Socket& from, const Socket& to, bool from_backend, Connection& connection);
  [[nodiscard]] Chaos chaos() const;

  std::string target_;
  Socket listener_;
  std::string address_;
  std::thread acceptor_;
  std::atomic<int> accepted_{0};
  std::atomic<bool> closed_{true};
  mutable std::mutex mutex_;  ///< guards all below
  Chaos chaos_;
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace headgate::testing
