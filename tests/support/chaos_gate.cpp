#include "support/chaos_gate.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

namespace headgate::testing {
namespace {

/// How often a connection looks whether the gate was closed.
constexpr int look_every_ms = 20;

bool send_all(const Socket& to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(to.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

struct ChaosGate::Connection {
  Socket proxy;
  Socket backend;
  std::size_t from_backend = 0;  ///< bytes so far
  std::thread thread = {};
};

ChaosGate::ChaosGate(std::string target) : target_{std::move(target)} {
  address_ = "127.0.0.1:0";
  open();
}

ChaosGate::~ChaosGate() { close(); }

void ChaosGate::set(const Chaos& chaos) {
  const std::lock_guard lock{mutex_};
  chaos_ = chaos;
}

Chaos ChaosGate::chaos() const {
  const std::lock_guard lock{mutex_};
  return chaos_;
}

void ChaosGate::open() {
  listener_ = listen_on(address_);
  address_ = local_address(listener_);
  closed_ = false;
  acceptor_ = std::thread{[this] { accept_all(); }};
}

void ChaosGate::close() {
  if (closed_.exchange(true)) return;
  ::shutdown(listener_.fd(), SHUT_RDWR);  // ends accept()
  acceptor_.join();
  listener_.close();
  std::vector<std::unique_ptr<Connection>> ending;
  {
    const std::lock_guard lock{mutex_};
    ending.swap(connections_);
  }
  for (const auto& connection : ending) connection->thread.join();
}

void ChaosGate::accept_all() {
  while (!closed_) {
    Socket proxy{::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (!proxy.is_open()) continue;
    ++accepted_;
    auto connection = std::make_unique<Connection>(Connection{std::move(proxy), {}});
    connection->thread = std::thread{[this, &running = *connection] { run(running); }};
    const std::lock_guard lock{mutex_};
    connections_.push_back(std::move(connection));
  }
}

void ChaosGate::run(Connection& connection) {
  try {
    connection.backend = connect_to(target_);
  } catch (const std::exception&) {
    return connection.proxy.reset();  // the backend refuses
  }
  for (bool going = true; going && !closed_;) {
    pollfd ends[]{{connection.proxy.fd(), POLLIN, 0}, {connection.backend.fd(), POLLIN, 0}};
    ::poll(ends, 2, look_every_ms);
    if (ends[0].revents != 0) going = pass(connection.proxy, connection.backend, false, connection);
    if (going && ends[1].revents != 0) going = pass(connection.backend, connection.proxy, true, connection);
  }
  const Chaos now = chaos();
  const bool cut = closed_ || (now.cut_after && connection.from_backend > *now.cut_after);
  cut ? connection.proxy.reset() : connection.proxy.close();
  connection.backend.close();
}

/// False: the connection has ended.
bool ChaosGate::pass(const Socket& from, const Socket& to, bool from_backend, Connection& connection) {
  char buffer[16 * 1024];
  const ssize_t got = ::recv(from.fd(), buffer, sizeof buffer, 0);
  if (got <= 0) return false;
  const Chaos now = chaos();
  std::string bytes{buffer, static_cast<std::size_t>(got)};
  if (from_backend) {
    const std::size_t before = std::exchange(connection.from_backend, connection.from_backend + bytes.size());
    if (now.drop) return true;
    if (now.corrupt)
      for (char& byte : bytes) byte = static_cast<char>(byte ^ 0x20);
    if (now.cut_after) bytes.resize(std::min(bytes.size(), *now.cut_after - std::min(before, *now.cut_after)));
  }
  std::string_view rest = bytes;
  while (!rest.empty() && !closed_) {
    if (now.delay.count() != 0) ::poll(nullptr, 0, static_cast<int>(now.delay.count()));
    const std::string_view piece = rest.substr(0, now.piece == 0 ? rest.size() : now.piece);
    if (!send_all(to, piece)) return false;
    rest.remove_prefix(piece.size());
  }
  return !(from_backend && now.cut_after && connection.from_backend > *now.cut_after);
}

}  // namespace headgate::testing
