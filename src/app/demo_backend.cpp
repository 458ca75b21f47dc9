#include "app/demo_backend.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <thread>
#include <utility>

#include "app/demo_backend_session.hpp"
#include "net/address.hpp"

namespace headgate::app {
namespace asio = boost::asio;
namespace {

using Stream = asio::generic::stream_protocol;
using Acceptor = asio::basic_socket_acceptor<Stream>;

void remove_socket_file(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) ::unlink(path.c_str());
}

Acceptor listen(asio::io_context& context, const Endpoint& address) {
  const auto addresses = net::resolve(address).value();
  const Stream::endpoint endpoint{addresses.front().data(), addresses.front().size()};
  if (address.is_unix()) remove_socket_file(address.unix_path);  // left behind by a process that was killed
  Acceptor acceptor{context, endpoint.protocol()};
  if (!address.is_unix()) {
    acceptor.set_option(asio::socket_base::reuse_address{true});
    // Accepted sockets inherit it; without, a body behind its head waits for the client's delayed acknowledgement.
    acceptor.set_option(asio::ip::tcp::no_delay{true});
  }
  acceptor.bind(endpoint);
  acceptor.listen();
  return acceptor;
}

Endpoint bound_address(const Acceptor& acceptor, Endpoint address) {
  const Stream::endpoint bound = acceptor.local_endpoint();
  address.port = net::SocketAddress{bound.data(), static_cast<socklen_t>(bound.size())}.port();
  return address;
}

}  // namespace

class DemoBackendServer {
 public:
  DemoBackendServer(std::string name, const Endpoint& address)
      : name_{std::move(name)}, address_{address}, acceptor_{listen(context_, address)} {
    address_ = bound_address(acceptor_, address_);
    asio::co_spawn(context_, accept(), [](std::exception_ptr) {});
    thread_ = std::thread{[this] { context_.run(); }};
  }

  ~DemoBackendServer() {
    context_.stop();
    thread_.join();
    if (address_.is_unix()) remove_socket_file(address_.unix_path);
  }

  DemoBackendServer(const DemoBackendServer&) = delete;
  DemoBackendServer& operator=(const DemoBackendServer&) = delete;

  [[nodiscard]] const Endpoint& address() const { return address_; }

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
      if (error) {  // out of file descriptors, most likely: others will close theirs
        asio::steady_timer timer{context_, std::chrono::milliseconds{100}};
        co_await timer.async_wait(asio::use_awaitable);
        continue;
      }
      // A session ends by exception when its peer goes away: nobody needs to hear of it.
      asio::co_spawn(context_, serve_demo_session(std::move(socket), name_), [](std::exception_ptr) {});
    }
  }

  std::string name_;
  Endpoint address_;
  asio::io_context context_{1};  // destroying it destroys the sessions that still run
  Acceptor acceptor_;
  std::thread thread_;
};

DemoBackend::DemoBackend(std::string name, const Endpoint& listen)
    : server_{std::make_unique<DemoBackendServer>(std::move(name), listen)} {
  address_ = server_->address();
}

DemoBackend::~DemoBackend() = default;

void DemoBackend::stop() { server_.reset(); }

}  // namespace headgate::app
