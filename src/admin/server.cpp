#include "admin/server.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <set>
#include <utility>

#include "admin/session.hpp"
#include "net/acceptor.hpp"
#include "net/address.hpp"
#include "net/socket_file.hpp"
#include "net/timer.hpp"
#include "observe/os_error_text.hpp"

namespace headgate::admin {
namespace {

namespace asio = boost::asio;
using Socket = asio::generic::stream_protocol::socket;
using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

constexpr int backlog = 64;
constexpr unsigned socket_mode = 0600;  // of a Unix socket: its owner is the operator
/// Without a file descriptor, accepting fails again at once.
constexpr std::chrono::milliseconds pause_after_failure{100};

std::string peer_of(const Socket& socket) {
  boost::system::error_code failed;
  const auto peer = socket.remote_endpoint(failed);
  if (failed || peer.protocol().family() == AF_UNIX) return {};
  return net::SocketAddress{peer.data(), static_cast<socklen_t>(peer.size())}.host_text();
}

}  // namespace

/// One open address. Shared with its own waits and sessions, which may outlast its being wanted.
class Server::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(asio::io_context& context, Proxy& proxy, const config::Admin& settings)
      : context_{context},
        acceptor_{context},
        retry_{context},
        listening_{std::make_shared<Listening>(Listening{settings, proxy})} {}

  /// Returns why it cannot, or nothing.
  std::string open() {
    const Endpoint& wanted = listening_->settings.address;
    const auto addresses = net::resolve(wanted);
    if (!addresses) return "its name is not known";
    net::ListenOptions options{backlog, socket_mode, false};
    options.share_port = false;
    auto socket = net::ListenSocket::open(addresses->front(), options);
    if (!socket) return observe::os_error_text(socket.error().os_error);
    address_ = wanted;
    if (!wanted.is_unix()) address_.port = socket->bound().port();
    file_ = net::SocketFile{wanted.unix_path};
    acceptor_.assign({socket->family(), 0}, socket->release());
    return {};
  }

  void apply(const config::Admin& settings) { listening_->settings = settings; }

  void start() { accept(); }

  void stop() {
    listening_->open = false;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
    file_.remove();
    for (Stream* stream : idle_or_busy_) stream->socket().shutdown(asio::socket_base::shutdown_receive, ignored);
  }

  [[nodiscard]] const config::Admin& settings() const { return listening_->settings; }
  [[nodiscard]] const Endpoint& address() const { return address_; }

 private:
  void accept() {
    acceptor_.async_accept([self = shared_from_this()](boost::system::error_code error, Socket socket) {
      if (!self->acceptor_.is_open()) return;
      if (error) return self->retry_.after(pause_after_failure, [self = self.get()] { self->accept(); });
      if (self->idle_or_busy_.size() < self->listening_->settings.connections) self->serve(std::move(socket));
      self->accept();
    });
  }

  void serve(Socket socket) {
    auto stream = std::make_shared<Stream>(std::move(socket));
    std::string peer = peer_of(stream->socket());
    idle_or_busy_.insert(stream.get());
    // A session ends by exception when its peer goes away or is too slow: nobody needs to hear of it.
    asio::co_spawn(
        context_, serve_session(*stream, std::move(peer), listening_),
        [self = shared_from_this(), stream](const std::exception_ptr&) { self->idle_or_busy_.erase(stream.get()); });
  }

  asio::io_context& context_;
  Acceptor acceptor_;
  net::Timer retry_;
  std::shared_ptr<Listening> listening_;
  Endpoint address_;
  net::SocketFile file_;
  std::set<Stream*> idle_or_busy_;
};

Server::Server(asio::io_context& context, Proxy& proxy) : context_{context}, proxy_{proxy} {}

Server::~Server() {
  roll_back();
  if (listener_) listener_->stop();
}

std::string Server::prepare(const std::optional<config::Admin>& wanted) {
  roll_back();
  wanted_ = wanted;
  if (!wanted || (listener_ && listener_->settings().address == wanted->address)) return {};
  auto listener = std::make_shared<Listener>(context_, proxy_, *wanted);
  if (std::string why = listener->open(); !why.empty())
    return "cannot listen on " + to_string(wanted->address) + " (admin): " + why;
  prepared_ = std::move(listener);
  return {};
}

void Server::commit() {
  if (listener_ && (prepared_ || !wanted_)) std::exchange(listener_, nullptr)->stop();
  if (prepared_) {
    listener_ = std::exchange(prepared_, nullptr);
    listener_->start();
  } else if (listener_) {
    listener_->apply(*wanted_);
  }
}

void Server::roll_back() {
  if (prepared_) std::exchange(prepared_, nullptr)->stop();
}

std::optional<Endpoint> Server::address() const {
  return listener_ ? std::optional{listener_->address()} : std::nullopt;
}

}  // namespace headgate::admin
