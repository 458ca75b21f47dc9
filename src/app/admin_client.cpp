#include "app/admin_client.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <stdexcept>
#include <utility>

#include "net/address.hpp"

namespace headgate::app {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::use_awaitable;
using Stream = asio::generic::stream_protocol;
using Response = http::response<http::string_body>;

/// Ten thousand backends with their timelines.
constexpr std::uint64_t answer_limit = 512ULL * 1024 * 1024;

asio::awaitable<Response> exchange(asio::io_context& context, AdminTarget target, std::string path) {
  const auto addresses = net::resolve(target.address).value();
  const Stream::endpoint peer{addresses.front().data(), addresses.front().size()};
  Stream::socket socket{context};
  socket.open(peer.protocol());
  co_await socket.async_connect(peer, use_awaitable);
  http::request<http::empty_body> request{http::verb::get, path, 11};
  request.set(http::field::host, target.address.is_unix() ? "localhost" : to_string(target.address));
  if (target.token) request.set(http::field::authorization, "Bearer " + *target.token);
  request.keep_alive(false);
  co_await http::async_write(socket, request, use_awaitable);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(answer_limit);
  co_await http::async_read(socket, buffer, parser, use_awaitable);
  co_return parser.release();
}

}  // namespace

std::string ask_admin(const AdminTarget& target, const std::string& path, std::chrono::milliseconds timeout) {
  asio::io_context context{1};
  std::exception_ptr failure;
  Response response;
  asio::co_spawn(context, exchange(context, target, path), [&](std::exception_ptr thrown, Response got) {
    failure = std::move(thrown);
    response = std::move(got);
  });
  context.run_for(timeout);
  const std::string where = to_string(target.address) + ": ";
  if (!context.stopped())
    throw std::runtime_error(where + "no answer within " + std::to_string(timeout.count()) + " ms");
  try {
    if (failure) std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error(where + error.code().message());
  }
  if (response.result() == http::status::unauthorized)
    throw std::runtime_error(where + (!target.token
                                          ? "a token is needed: name its environment variable with --token-env"
                                          : "the token is wrong"));
  if (response.result() != http::status::ok)
    throw std::runtime_error(where + "it answers " + std::to_string(response.result_int()) + " to " + path);
  return std::move(response.body());
}

}  // namespace headgate::app
