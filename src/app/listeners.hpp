// The listening sockets of the process, kept by difference over reloads: an address that stays keeps its sockets.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/bound_listeners.hpp"
#include "config/settings.hpp"
#include "headgate/result.hpp"
#include "net/acceptor.hpp"
#include "net/address.hpp"
#include "net/socket_file.hpp"
#include "server/worker.hpp"

namespace headgate::app {

/// Why a listener could not be opened, in words for the operator.
struct ListenFailure {
  std::string listener;
  std::string address;
  std::string reason;
};
std::string to_string(const ListenFailure& failure);

class Listeners {
 public:
  using Workers = std::vector<std::unique_ptr<server::Worker>>;

  /// Opens what `wanted` has and this has not; nothing takes connections yet. Empty: all are open.
  std::vector<ListenFailure> prepare(const std::vector<config::Listener>& wanted, std::size_t workers);
  /// Hands the prepared sockets to the workers and closes the listeners that are not wanted any more. `plans`: of what
  /// prepare() was told.
  void commit(const Workers& workers, const exchange::ListenerPlans& plans);
  /// Forgets what prepare() opened.
  void roll_back() {
    prepared_.clear();
    prepared_order_.clear();
  }

  [[nodiscard]] BoundListeners bound() const;
  /// Removes the files of Unix listeners, after the workers have stopped.
  void remove_socket_files() const;

 private:
  struct Open {
    std::string name;
    net::SocketAddress bound;
    net::SocketFile file;
    std::vector<int> sockets;  ///< of the workers, which close them after they are told to stop listening
  };
  /// One that was closed: workers may hold its sockets for a while, until the kernel has handed over what it held back.
  struct Closing {
    net::SocketAddress bound;
    std::chrono::steady_clock::time_point until;
  };
  struct Prepared {
    Open open;
    std::vector<net::ListenSocket> sockets;  ///< one for each worker; empty: open already
  };
  [[nodiscard]] Result<Prepared> open(const config::Listener& listener, std::size_t workers) const;
  [[nodiscard]] bool is_ours(const net::SocketAddress& address) const;

  std::map<std::string, Open> open_;  ///< by configured address
  std::vector<Closing> closing_;
  std::map<std::string, Prepared> prepared_;
  std::vector<std::string> order_;  ///< as configured
  std::vector<std::string> prepared_order_;
};

}  // namespace headgate::app
