#include "app/healthcheck.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <ostream>
#include <utility>

#include "app/cli_exit_code.hpp"
#include "config/address.hpp"
#include "config/load.hpp"
#include "net/address.hpp"

namespace headgate::app {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using Stream = asio::generic::stream_protocol;

constexpr std::size_t answer_limit = 8 * 1024;  // bytes up to the end of the status line

/// The status line of the answer.
asio::awaitable<std::string> ask(asio::io_context& context, Endpoint address) {
  const auto addresses = net::resolve(address).value();  // blocks for a name, which a health check seldom has
  const Stream::endpoint peer{addresses.front().data(), addresses.front().size()};
  Stream::socket socket{context};
  socket.open(peer.protocol());
  co_await socket.async_connect(peer, use_awaitable);
  const std::string host = address.is_unix() ? "localhost" : to_string(address);
  const std::string request =
      "OPTIONS * HTTP/1.1\r\nHost: " + host + "\r\nMax-Forwards: 0\r\nConnection: close\r\n\r\n";
  co_await asio::async_write(socket, asio::buffer(request), use_awaitable);
  std::string answer;
  const auto size =
      co_await asio::async_read_until(socket, asio::dynamic_buffer(answer, answer_limit), "\r\n", use_awaitable);
  co_return answer.substr(0, size - 2);
}

std::string reason_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    return error.code().message();
  } catch (const std::exception& error) {
    return error.what();
  }
}

/// The address to ask, or why there is none and how to end then.
struct Target {
  Endpoint address;
  std::string mistake;
  int exit_code = exit_ok;
};

Target target_from(const std::string& address) {
  const auto parsed = config::parse_listen_address(address);
  if (!parsed.value) return {{}, address + ": " + parsed.problem, exit_usage};
  return {reachable(*parsed.value), {}};
}

Target target_of(const HealthcheckOptions& options) {
  if (!options.address.empty()) return target_from(options.address);
  const config::Loaded loaded = config::load_file(options.config_path, config::TlsFiles::leave);
  if (!loaded.settings && !options.fallback.empty()) return target_from(options.fallback);
  if (!loaded.settings) {
    const int code = loaded.unreadable ? exit_usage : exit_refused;
    return {{}, to_string(options.config_path, loaded.diagnostics.front()), code};
  }
  if (loaded.settings->listeners.empty()) return {{}, options.config_path + " has no listener", exit_refused};
  const Endpoint listener = loaded.settings->listeners.front().address;
  if (!listener.is_unix() && listener.port == 0)
    return {{},
            "the first listener of " + options.config_path + " takes any free port; say which with --address",
            exit_refused};
  return {reachable(listener), {}};
}

}  // namespace

std::string probe(const Endpoint& address, std::chrono::milliseconds timeout) {
  asio::io_context context{1};
  std::string answer;
  std::exception_ptr failure;
  asio::co_spawn(context, ask(context, address), [&](std::exception_ptr thrown, std::string line) {
    failure = std::move(thrown);
    answer = std::move(line);
  });
  context.run_for(timeout);
  if (!context.stopped()) return "no answer within " + std::to_string(timeout.count()) + " ms";
  if (failure) return reason_of(failure);
  const bool good = answer.size() > 9 && answer.starts_with("HTTP/1.") && answer[8] == ' ' && answer[9] == '2';
  return good ? std::string{} : "answered: " + answer;
}

Endpoint reachable(Endpoint listener) {
  if (listener.host == "0.0.0.0") listener.host = "127.0.0.1";
  if (listener.host == "::") listener.host = "::1";
  return listener;
}

int healthcheck(const HealthcheckOptions& options, std::ostream& out, std::ostream& err) {
  const Target target = target_of(options);
  if (target.exit_code != exit_ok) {
    err << "headgate: " << target.mistake << "\n";
    return target.exit_code;
  }
  const std::string failure = probe(target.address, options.timeout);
  if (failure.empty()) {
    out << "ok\n";
    return exit_ok;
  }
  err << "headgate: unhealthy: " << to_string(target.address) << ": " << failure << "\n";
  return exit_refused;
}

}  // namespace headgate::app
