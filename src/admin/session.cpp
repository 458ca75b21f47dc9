#include "admin/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "admin/api.hpp"

namespace headgate::admin {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::use_awaitable;
using Parser = http::request_parser<http::string_body>;
using Message = http::request<http::string_body>;

constexpr std::uint32_t head_limit = 8 * 1024;   // bytes
constexpr std::uint64_t body_limit = 16 * 1024;  // bytes

/// The path and query of a target, also of one in absolute form (RFC 9112 s3.2.2).
std::string_view path_of(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const std::size_t path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? std::string_view{"/"} : target.substr(path);
}

/// RFC 9112 s3.2: whoever reads another one of several than we do would be led astray.
bool has_one_host(const Message& message) {
  const auto count = message.count(http::field::host);
  return count == 1 || (count == 0 && message.version() < 11);
}

Request request_from(const Message& message, std::string peer) {
  const auto text = [&](auto field) { return std::string{message[field]}; };
  Request request;
  request.method = message.method_string();
  request.target = path_of(message.target());
  request.host = text(http::field::host);
  request.authorization = text(http::field::authorization);
  request.operator_name = text("X-Headgate-Operator");
  request.peer = std::move(peer);
  request.body = message.body();
  return request;
}

http::response<http::string_body> message_from(Response response, const Parser& parser, bool keep_alive) {
  http::response<http::string_body> message{static_cast<http::status>(response.status), parser.get().version()};
  message.set(http::field::content_type, response.content_type);
  message.set(http::field::cache_control, "no-store");
  message.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.fields) message.set(name, value);
  message.keep_alive(keep_alive);
  message.body() = std::move(response.body);
  message.prepare_payload();
  if (parser.get().method() == http::verb::head) message.body().clear();  // Content-Length stays
  return message;
}

/// The answer to what could not be read; nullopt: there is nobody to answer.
std::optional<Response> refusal_of(const boost::system::error_code& error) {
  if (error == http::error::header_limit) return error_response(431, "the request's head is too large");
  if (error == http::error::body_limit) return error_response(413, "the request's body is too large");
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  if (error.category() == http::make_error_code(http::error::bad_method).category())
    return error_response(400, "this is no HTTP request: " + error.message());
  return std::nullopt;
}

asio::awaitable<void> send(Stream& stream, const Listening& listening, Response response, const Parser& parser,
                           bool keep_alive) {
  const auto message = message_from(std::move(response), parser, keep_alive);
  stream.expires_after(listening.settings.timeout);
  co_await http::async_write(stream, message, use_awaitable);
}

/// A client may wait for our word before it sends its body (RFC 9110 s10.1.1).
asio::awaitable<beast::error_code> read(Stream& stream, beast::flat_buffer& buffer, Parser& parser) {
  const auto [error, head] = co_await http::async_read_header(stream, buffer, parser, asio::as_tuple(use_awaitable));
  if (error || parser.is_done()) co_return error;
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(stream, asio::buffer(go_on), use_awaitable);
  }
  const auto [failed, body] = co_await http::async_read(stream, buffer, parser, asio::as_tuple(use_awaitable));
  co_return failed;
}

/// Until the first byte of a request: a connection that has had one may rest for longer than one that is being read.
asio::awaitable<void> wait_for_request(Stream& stream, beast::flat_buffer& buffer, std::chrono::milliseconds time) {
  if (buffer.size() != 0) co_return;
  stream.expires_after(time);
  const auto size = co_await stream.async_read_some(buffer.prepare(head_limit), use_awaitable);
  buffer.commit(size);
}

}  // namespace

asio::awaitable<void> serve_session(Stream& stream, std::string peer, std::shared_ptr<Listening> listening) {
  beast::flat_buffer buffer{head_limit + body_limit};
  bool keep_alive = true;
  std::chrono::milliseconds wait = listening->settings.timeout;
  while (keep_alive) {
    co_await wait_for_request(stream, buffer, std::exchange(wait, listening->settings.idle_timeout));
    Parser parser;
    parser.header_limit(head_limit);
    parser.body_limit(body_limit);
    stream.expires_after(listening->settings.timeout);
    if (const auto error = co_await read(stream, buffer, parser)) {
      if (auto refusal = refusal_of(error)) co_await send(stream, *listening, *std::move(refusal), parser, false);
      break;
    }
    Response response = has_one_host(parser.get())
                            ? answer(request_from(parser.get(), peer), listening->settings, listening->proxy)
                            : error_response(400, "a request has one Host field");
    keep_alive = parser.keep_alive() && listening->open;
    co_await send(stream, *listening, std::move(response), parser, keep_alive);
  }
  boost::system::error_code ignored;
  stream.socket().shutdown(asio::socket_base::shutdown_send, ignored);
}

}  // namespace headgate::admin
