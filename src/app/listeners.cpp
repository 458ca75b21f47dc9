#include "app/listeners.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "net/deferred.hpp"

namespace headgate::app {
namespace {

/// More than the 1.5 s that a worker waits for clients of a closed listener (server::Worker::stop_listening), on a
/// machine that is busy.
constexpr std::chrono::seconds closing_time{5};

/// SO_REUSEPORT lets every process of the same user share a port in silence; a port that somebody else serves must be
/// an error all the same, so it is bound once without.
int taken(const net::SocketAddress& address) {
  if (address.family() == AF_UNIX || address.port() == 0) return 0;
  const int probe = ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return errno;
  const int on = 1;
  ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const int error = ::bind(probe, address.data(), address.size()) == 0 ? 0 : errno;
  ::close(probe);
  return error;
}

/// "::" takes IPv4 too (net::ListenSocket).
bool covers(const net::SocketAddress& wide, const net::SocketAddress& narrow) {
  const std::string host = wide.host_text();
  return host == "::" || (host == "0.0.0.0" && narrow.host_text().find(':') == std::string::npos);
}

/// Whether the one that is bound makes the port look taken to the other.
bool overlap(const net::SocketAddress& a, const net::SocketAddress& b) {
  return a.port() != 0 && a.port() == b.port() && (a == b || covers(a, b) || covers(b, a));
}

/// Permissions; validated with the configuration.
unsigned octal(const std::string& text) {
  unsigned mode = 0;
  std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  return mode;
}

ListenFailure failure_of(const config::Listener& listener, const Error& error) {
  return {listener.name, to_string(listener.address),
          error.os_error != 0 ? std::strerror(error.os_error) : error.detail};
}

}  // namespace

std::string to_string(const ListenFailure& failure) {
  return "cannot listen on " + failure.address + " (" + failure.listener + "): " + failure.reason;
}

/// Then the probe would find our own socket. The kernel lets ours share the port, and gives a connection to the most
/// specific address; a stranger's socket without SO_REUSEPORT is refused all the same.
bool Listeners::is_ours(const net::SocketAddress& address) const {
  const auto now = std::chrono::steady_clock::now();
  const auto overlaps = [&](const Open& open) { return overlap(open.bound, address); };
  return std::any_of(open_.begin(), open_.end(), [&](const auto& entry) { return overlaps(entry.second); }) ||
         std::any_of(prepared_.begin(), prepared_.end(),
                     [&](const auto& entry) { return overlaps(entry.second.open); }) ||
         std::any_of(closing_.begin(), closing_.end(),
                     [&](const Closing& closing) { return now < closing.until && overlap(closing.bound, address); });
}

Result<Listeners::Prepared> Listeners::open(const config::Listener& listener, std::size_t workers) const {
  const auto addresses = net::resolve(listener.address);
  if (!addresses) return addresses.error();
  net::SocketAddress address = addresses->front();
  if (const int error = is_ours(address) ? 0 : taken(address)) return Error{Cause::accept_failed, "", error};
  const net::ListenOptions options{static_cast<int>(listener.backlog), octal(listener.unix_mode),
                                   listener.defer_accept};
  Prepared prepared{{listener.name, {}, {}, {}}, {}};
  for (std::size_t i = 0; i < workers; ++i) {
    auto socket = i > 0 && listener.address.is_unix() ? prepared.sockets.front().duplicate()
                                                      : net::ListenSocket::open(address, options);
    if (!socket) return socket.error();
    address = socket->bound();  // port 0 is settled by the first
    prepared.open.sockets.push_back(socket->fd());
    prepared.sockets.push_back(std::move(*socket));
  }
  prepared.open.bound = address;
  prepared.open.file = net::SocketFile{listener.address.unix_path};
  return prepared;
}

std::vector<ListenFailure> Listeners::prepare(const std::vector<config::Listener>& wanted, std::size_t workers) {
  roll_back();
  std::vector<ListenFailure> failures;
  for (const config::Listener& listener : wanted) {
    const std::string key = to_string(listener.address);
    prepared_order_.push_back(key);
    if (const auto kept = open_.find(key); kept != open_.end()) {
      prepared_.emplace(key, Prepared{kept->second, {}}).first->second.open.name = listener.name;
      continue;
    }
    auto opened = open(listener, workers);
    if (opened)
      prepared_.emplace(key, std::move(*opened));
    else
      failures.push_back(failure_of(listener, opened.error()));
  }
  return failures;
}

void Listeners::commit(const Workers& workers, const exchange::ListenerPlans& plans) {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(closing_, [now](const Closing& closing) { return now >= closing.until; });
  for (const auto& [key, old] : open_) {
    if (prepared_.contains(key)) continue;
    for (const int socket : old.sockets) net::hide(socket);  // all at once: the kernel chooses among those of one port
    for (const auto& worker : workers) worker->post([worker = worker.get(), key] { worker->stop_listening(key); });
    old.file.remove();
    closing_.push_back({old.bound, now + closing_time});
  }
  open_.clear();
  for (auto& [key, prepared] : prepared_) {
    for (std::size_t i = 0; i < prepared.sockets.size(); ++i) {
      // std::function wants a copyable callable, a socket is not one.
      auto socket = std::make_shared<net::ListenSocket>(std::move(prepared.sockets[i]));
      workers[i]->post(
          [worker = workers[i].get(), plan = plans.at(key), socket] { worker->listen(plan, std::move(*socket)); });
    }
    open_.emplace(key, prepared.open);
  }
  order_ = std::move(prepared_order_);
  roll_back();
}

BoundListeners Listeners::bound() const {
  BoundListeners all;
  for (const std::string& key : order_)
    if (const auto found = open_.find(key); found != open_.end())
      all.emplace_back(found->second.name, found->second.bound.text());
  return all;
}

void Listeners::remove_socket_files() const {
  for (const auto& [key, listener] : open_) listener.file.remove();
}

}  // namespace headgate::app
