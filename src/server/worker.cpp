#include "server/worker.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <string_view>
#include <system_error>
#include <utility>

#include "net/socket_stream.hpp"
#include "net/tls_stream.hpp"

namespace headgate::server {
namespace {

constexpr std::size_t kept_workspaces = 256;
/// In each of them: more than browsers send.
constexpr std::size_t kept_head_bytes = 8 * 1024;

/// The kernel hands over what it held back within about a second (net/deferred.hpp).
constexpr std::chrono::milliseconds look_again_after{100};
/// By then the other workers have left the port too, at a stop: until then the kernel may give any of them a client.
constexpr std::chrono::milliseconds first_look_after{20};
constexpr int most_looks = 15;

constexpr std::string_view too_many_connections =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 24\r\n\r\n503 Service Unavailable\n";

std::optional<base::IpAddress> ip_of(const net::SocketAddress& peer) {
  if (peer.family() == AF_UNIX) return std::nullopt;
  return base::IpAddress::parse(peer.host_text());
}

/// For the PROXY headers that are sent of it.
std::unique_ptr<base::ConnectionSource> source_of(int fd, const net::SocketAddress& peer) {
  auto source = std::make_unique<base::ConnectionSource>();
  source->address = ip_of(peer);
  source->port = peer.port();
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&local), &size) != 0) return source;
  const net::SocketAddress bound{reinterpret_cast<sockaddr*>(&local), size};
  source->destination = ip_of(bound);
  source->destination_port = bound.port();
  return source;
}

}  // namespace

Worker::Worker(std::size_t index, ServerState& state, observe::LogWriter& log, net::Connect connect)
    : index_{index},
      state_{state},
      log_{log},
      environment_{
          log, http::RequestIdSource{}, {}, 0x9E3779B9U + static_cast<std::uint32_t>(index), state.open_tunnels},
      pools_{loop_, buffers_, std::move(connect), index} {}

Worker::~Worker() { stop_and_join(); }

void Worker::start() {
  thread_ = std::thread{[this] {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals belong to the control thread
    loop_.run();
    listening_.clear();
    retiring_.clear();
    cut();
    snapshot_.reset();
  }};
}

void Worker::stop_and_join() {
  if (!thread_.joinable()) return;
  loop_.stop();
  thread_.join();
}

/// Which may end it, and nothing but it.
template <class Action>
void Worker::for_each_connection(Action action) {
  for (auto next = connections_.begin(); next != connections_.end();) action(*next++);
}

void Worker::adopt(std::shared_ptr<const exchange::Plan> plan, const ResolvedEndpoints& endpoints,
                   const exchange::Outdated& outdated) {
  snapshot_ = pools_.build(std::move(plan), endpoints);
  for (auto& [address, listening] : listening_)
    if (auto changed = snapshot_->plan->listener(address)) listening->plan = std::move(changed);
  for_each_connection([&](Connection& connection) {
    if (connection.is_one_of(outdated)) connection.retire();
  });
}

void Worker::set_addresses(const std::string& endpoint, const std::vector<net::SocketAddress>& addresses) {
  pools_.set_addresses(endpoint, addresses);
}

void Worker::listen(exchange::ListenerPlanPtr listener, net::ListenSocket socket) {
  auto listening = std::make_unique<Listening>(Listening{std::move(listener), nullptr, false});
  listening->acceptor = std::make_unique<net::Acceptor>(
      loop_, std::move(socket),
      [this, self = listening.get()](int fd, const net::SocketAddress& peer) { accepted(*self, fd, peer); },
      [this](int error) { accept_failed(error); });
  listening->acceptor->start();
  const std::string& address = listening->plan->address;
  listening_[address] = std::move(listening);
}

void Worker::stop_listening(const std::string& address) {
  auto stopped = listening_.extract(address);
  if (!stopped) return;
  retire(std::move(stopped.mapped()));
  for_each_connection([&](Connection& connection) {
    if (connection.listener_address() != address) return;
    connection.end_within(snapshot_->plan->settings.timeouts.drain);
    connection.drain();
  });
}

void Worker::retire(ListeningPtr listening) {
  listening->leaving = true;
  listening->acceptor->leave();
  retiring_.push_back(std::move(listening));
  looks_left_ = most_looks;
  look_again_.arm(first_look_after);
}

void Worker::look_after_retiring() {
  --looks_left_;
  std::erase_if(retiring_,
                [this](const auto& left) { return looks_left_ <= 0 || !left->acceptor->waits_for_clients(); });
  if (!retiring_.empty()) return look_again_.arm(look_again_after);
  report_if_drained();
}

void Worker::accepted(const Listening& listening, int fd, const net::SocketAddress& peer) {
  const std::uint32_t limit = snapshot_->plan->settings.limits.connections;
  const std::uint32_t open = state_.connections.fetch_add(1, std::memory_order_relaxed);
  if (limit != 0 && open >= limit) {
    state_.connections.fetch_sub(1, std::memory_order_relaxed);
    return refuse_connection(*listening.plan, fd, peer);
  }
  state_.accepted.fetch_add(1, std::memory_order_relaxed);
  last_accept_error_ = 0;
  try {
    serve_accepted(listening, fd, peer);
  } catch (const std::system_error& error) {
    state_.connections.fetch_sub(1, std::memory_order_relaxed);
    accept_failed(error.code().value());
  } catch (const std::bad_alloc&) {
    state_.connections.fetch_sub(1, std::memory_order_relaxed);
    accept_failed(ENOMEM);
  }
}

void Worker::serve_accepted(const Listening& listening, int fd, const net::SocketAddress& peer) {
  const auto& tls = listening.plan->tls;
  auto source = snapshot_->plan->sends_proxy_headers ? source_of(fd, peer) : nullptr;
  net::StreamPtr stream;
  if (tls)
    stream = std::make_unique<net::TlsStream>(loop_, fd, net::TlsEnd{tls->session(), tls});
  else
    stream = net::make_socket_stream(loop_, fd);
  serve(std::move(stream), {ip_of(peer), listening.plan, listening.leaving, std::move(source)});
}

void Worker::serve(net::StreamPtr stream, Accepted accepted) {
  const bool leaving = accepted.draining;
  auto* connection = new Connection{*this, std::move(stream), std::move(accepted)};  // end() deletes it
  if (leaving) connection->end_within(snapshot_->plan->settings.timeouts.drain);
  connections_.push_back(*connection);
  connection->run();
}

void Worker::refuse_connection(const exchange::ListenerPlan& listener, int fd, const net::SocketAddress& peer) {
  state_.refused.fetch_add(1, std::memory_order_relaxed);
  // In the place of a handshake it would only puzzle.
  if (!listener.tls) ::send(fd, too_many_connections.data(), too_many_connections.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(fd, SHUT_WR);
  // What the client has sent already would turn the close into a reset that eats the answer. Not for long: a client
  // that floods us gets the reset.
  char discarded[4096];
  for (int i = 0; i < 16 && ::recv(fd, discarded, sizeof discarded, MSG_DONTWAIT) > 0; ++i) {
  }
  ::close(fd);
  log_.count(Cause::connection_limit);
  observe::LogRecord record;
  record.describe(Cause::connection_limit);
  record.status = info(Cause::connection_limit).status;
  record.client = peer.host_text();
  log_.failure(record);
}

void Worker::accept_failed(int error) {
  ++accept_failures_;
  log_.count(Cause::accept_failed);
  if (error == last_accept_error_) return;  // once until one is accepted again: it repeats ten times a second
  last_accept_error_ = error;
  observe::LogRecord record;
  record.describe(Error{Cause::accept_failed, "", error});
  log_.failure(record);
}

std::unique_ptr<exchange::Workspace> Worker::lend_workspace() {
  if (workspaces_.empty()) return std::make_unique<exchange::Workspace>();
  auto workspace = std::move(workspaces_.back());
  workspaces_.pop_back();
  return workspace;
}

void Worker::take_back(std::unique_ptr<exchange::Workspace> workspace) {
  if (workspaces_.size() == kept_workspaces) return;
  if (workspace->head.capacity() > kept_head_bytes) workspace->head = {};
  workspaces_.push_back(std::move(workspace));
}

void Worker::end(Connection& connection) {
  connections_.erase(connections_.iterator_to(connection));
  delete &connection;
  state_.connections.fetch_sub(1, std::memory_order_relaxed);
  report_if_drained();
}

void Worker::report_if_drained() {
  if (drained_ && connections_.empty() && retiring_.empty()) std::exchange(drained_, {})();
}

void Worker::drain(std::function<void()> drained) {
  drained_ = std::move(drained);
  for (auto& [address, listening] : listening_) retire(std::move(listening));
  listening_.clear();
  for_each_connection([](Connection& connection) { connection.drain(); });
  report_if_drained();
}

void Worker::cut() {
  // Or the end of one connection would move others on, and end them while we walk along the list.
  pools_.close_queues();
  for_each_connection([](Connection& connection) { connection.cut(); });
}

}  // namespace headgate::server
