#include "app/demo_backend_session.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdint>
#include <utility>

#include "app/demo_backend_answer.hpp"

namespace headgate::app {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using namespace std::chrono_literals;
using asio::use_awaitable;
using ErrorCode = boost::system::error_code;
using Stream = beast::basic_stream<asio::generic::stream_protocol>;
using Parser = http::request_parser<http::buffer_body>;

constexpr auto idle_limit = 120s;  // longer than a proxy keeps an idle connection, so that the proxy closes first
constexpr auto stall_limit = 60s;  // without a byte, in the middle of a message
constexpr std::size_t filler_block = 64 * 1024;

const std::string& filler() {
  static const std::string block = [] {
    std::string made;
    while (made.size() < filler_block) made += "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n";
    return made;
  }();
  return block;
}

/// Reads the rest of the body and keeps its beginning.
asio::awaitable<void> read_body(Stream& stream, beast::flat_buffer& buffer, Parser& parser, DemoRequest& request) {
  std::array<char, 16 * 1024> piece;
  while (!parser.is_done()) {
    auto& body = parser.get().body();
    body.data = piece.data();
    body.size = piece.size();
    stream.expires_after(stall_limit);
    const auto [error, count] = co_await http::async_read(stream, buffer, parser, asio::as_tuple(use_awaitable));
    if (error && error != http::error::need_buffer) throw boost::system::system_error(error);
    const std::size_t got = piece.size() - body.size;
    request.body_bytes += got;
    request.body.append(piece.data(), std::min(got, demo_echo_bytes - request.body.size()));
  }
}

asio::awaitable<DemoRequest> read_request(Stream& stream, beast::flat_buffer& buffer, Parser& parser) {
  DemoRequest request;
  const auto& head = parser.get();
  request.method = head.method_string();
  request.target = head.target();
  for (const auto& field : head) request.fields.emplace_back(field.name_string(), field.value());
  if (beast::iequals(head[http::field::expect], "100-continue")) {
    constexpr std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(stream, asio::buffer(interim), use_awaitable);
  }
  co_await read_body(stream, buffer, parser, request);
  co_return request;
}

asio::awaitable<void> pause(std::chrono::milliseconds time) {
  asio::steady_timer timer{co_await asio::this_coro::executor, time};
  co_await timer.async_wait(use_awaitable);
}

asio::awaitable<void> send_piece(Stream& stream, asio::const_buffer piece, bool chunked) {
  stream.expires_after(stall_limit);
  if (chunked)
    co_await asio::async_write(stream, http::make_chunk(piece), use_awaitable);
  else
    co_await asio::async_write(stream, piece, use_awaitable);
}

asio::awaitable<void> send_filler(Stream& stream, DemoFiller body, bool chunked) {
  for (std::uint64_t left = body.bytes; left > 0;) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, filler_block));
    co_await send_piece(stream, asio::buffer(filler().data(), size), chunked);
    left -= size;
  }
}

asio::awaitable<void> send_events(Stream& stream, DemoEvents events, const std::string& backend, bool chunked) {
  for (std::uint64_t id = 1; id <= events.count; ++id) {
    if (id > 1) co_await pause(events.interval);
    const std::string event =
        "id: " + std::to_string(id) + "\ndata: event " + std::to_string(id) + " from " + backend + "\n\n";
    co_await send_piece(stream, asio::buffer(event), chunked);
  }
}

using Head = http::response<http::empty_body>;

/// The head without framing: that depends on the body.
Head head_of(const DemoAnswer& answer, const std::string& backend, const Parser& parser) {
  Head head{static_cast<http::status>(answer.status), parser.get().version()};
  head.set(http::field::content_type, answer.content_type);
  head.set("X-Backend", backend);
  if (!answer.allow.empty()) head.set(http::field::allow, answer.allow);
  if (answer.content_type == "text/event-stream") head.set(http::field::cache_control, "no-cache");
  head.keep_alive(parser.keep_alive());
  return head;
}

/// Says in the head how the body ends; HTTP/1.0 knows no chunks, so there the end of the connection ends it.
void frame(Head& head, const DemoAnswer& answer) {
  const auto* const plain = std::get_if<std::string>(&answer.body);
  const auto* const made = std::get_if<DemoFiller>(&answer.body);
  if (answer.status == 204 || answer.status == 304) {
    head.erase(http::field::content_type);
  } else if (plain != nullptr) {
    head.content_length(plain->size());
  } else if (made != nullptr && !made->chunked) {
    head.content_length(made->bytes);
  } else if (head.version() >= 11) {
    head.chunked(true);
  } else {
    head.keep_alive(false);
  }
}

asio::awaitable<void> send_body(Stream& stream, const DemoAnswer& answer, const std::string& backend, bool chunked) {
  if (const auto* plain = std::get_if<std::string>(&answer.body); plain != nullptr) {
    co_await send_piece(stream, asio::buffer(*plain), false);
  } else if (const auto* made = std::get_if<DemoFiller>(&answer.body); made != nullptr) {
    co_await send_filler(stream, *made, chunked);
  } else {
    co_await send_events(stream, std::get<DemoEvents>(answer.body), backend, chunked);
  }
  if (chunked) co_await asio::async_write(stream, http::make_chunk_last(), use_awaitable);
}

/// Returns whether the connection may carry another request.
asio::awaitable<bool> send(Stream& stream, const DemoAnswer& answer, const std::string& backend, const Parser& parser) {
  if (answer.delay > 0ms) co_await pause(answer.delay);
  Head head = head_of(answer, backend, parser);
  frame(head, answer);
  http::response_serializer<http::empty_body> serializer{head};
  stream.expires_after(stall_limit);
  co_await http::async_write_header(stream, serializer, use_awaitable);
  if (parser.get().method() != http::verb::head) co_await send_body(stream, answer, backend, head.chunked());
  co_return head.keep_alive();
}

asio::awaitable<void> refuse(Stream& stream, std::string reason) {
  http::response<http::string_body> response{http::status::bad_request, 11,
                                             "demo backend: " + std::move(reason) + "\n"};
  response.set(http::field::content_type, "text/plain; charset=utf-8");
  response.keep_alive(false);
  response.prepare_payload();
  stream.expires_after(stall_limit);
  co_await http::async_write(stream, response, use_awaitable);
}

}  // namespace

asio::awaitable<void> serve_demo_session(asio::generic::stream_protocol::socket socket, std::string backend) {
  Stream stream{std::move(socket)};
  beast::flat_buffer buffer;
  for (bool open = true; open;) {
    Parser parser;
    parser.header_limit(64 * 1024);
    parser.body_limit(boost::none);
    stream.expires_after(idle_limit);
    const auto [error, count] = co_await http::async_read_header(stream, buffer, parser, asio::as_tuple(use_awaitable));
    if (error == http::error::end_of_stream) break;
    if (error && error.category() == http::make_error_code(http::error::bad_method).category()) {
      co_await refuse(stream, error.message());
      break;
    }
    if (error) co_return;  // reset or idle for too long
    const DemoRequest request = co_await read_request(stream, buffer, parser);
    const DemoAnswer answer = answer_demo_request(backend, request);
    open = co_await send(stream, answer, backend, parser);
  }
  ErrorCode ignored;
  stream.socket().shutdown(asio::socket_base::shutdown_send, ignored);
}

}  // namespace headgate::app
