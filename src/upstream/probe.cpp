#include "upstream/probe.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <cerrno>
#include <memory>
#include <utility>

#include "base/coarse_time.hpp"
#include "http/grpc_health.hpp"
#include "net/alpn_list.hpp"
#include "net/proxy_header.hpp"
#include "observe/log.hpp"
#include "upstream/grpc_check.hpp"
#include "upstream/http2_probe.hpp"

namespace headgate::upstream {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Protocol = asio::generic::stream_protocol;

constexpr std::size_t body_limit = 64 * 1024;  // bytes in which expect_body is looked for
constexpr std::size_t head_limit = 32 * 1024;
constexpr int most_interim = 32;  // heads; each costs next to nothing to send
constexpr std::size_t read_limit = 4 * body_limit;

/// A probe's connection. The deadline closes it, whoever is left to look at it then.
struct ProbeConnection {
  explicit ProbeConnection(const asio::any_io_executor& executor) : socket{executor}, deadline{executor} {}
  Protocol::socket socket;
  asio::steady_timer deadline;
  bool timed_out = false;
};

/// What came of a probe: an empty error is a success.
struct Answer {
  std::uint16_t status = 0;
  int os_error = 0;
  std::string error;
};

Answer failed(const error_code& error) {
  const bool system = error.category() == boost::system::system_category();
  return {0, system ? error.value() : 0, error.message()};
}

asio::awaitable<error_code> connect(ProbeConnection& connection, const std::vector<net::SocketAddress>& addresses) {
  error_code error = asio::error::host_not_found;
  for (const net::SocketAddress& address : addresses) {
    if (connection.timed_out) break;
    const Protocol::endpoint peer{address.data(), address.size()};
    error_code ignored;
    connection.socket.close(ignored);
    connection.socket.open(peer.protocol(), error);
    if (error) continue;
    co_await connection.socket.async_connect(peer, asio::redirect_error(asio::use_awaitable, error));
    if (!error) break;
  }
  co_return error;
}

asio::awaitable<error_code> send_proxy_header(Protocol::socket& socket, base::ProxyVersion version) {
  const std::string header = net::write_local_proxy_header(version);
  error_code error;
  co_await asio::async_write(socket, asio::buffer(header), asio::redirect_error(asio::use_awaitable, error));
  co_return error;
}

template <class Stream>
asio::awaitable<error_code> send_request(Stream& socket, const config::ActiveHealth& rules) {
  http::request<http::empty_body> request;
  request.method_string(rules.method);
  request.target(rules.path);
  request.set(http::field::host, rules.host);
  request.set(http::field::user_agent, "headgate-probe");
  request.set(http::field::connection, "close");
  error_code error;
  co_await http::async_write(socket, request, asio::redirect_error(asio::use_awaitable, error));
  co_return error;
}

using ResponseParser = http::response_parser<http::buffer_body>;

/// Reads on until the text has come, at the end of the body, or at the limit.
template <class Stream>
asio::awaitable<bool> body_contains(Stream& socket, boost::beast::flat_buffer& buffer, ResponseParser& parser,
                                    const std::string& text) {
  std::string body(body_limit, '\0');
  std::size_t size = 0;
  std::size_t read = 0;  // with chunk sizes, extensions and trailers, of which there might be no end
  while (!parser.is_done() && size < body.size() && read < read_limit) {
    parser.get().body().data = body.data() + size;
    parser.get().body().size = body.size() - size;
    error_code error;
    read += co_await http::async_read_some(socket, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
    size = body.size() - parser.get().body().size;
    if (std::string_view{body}.substr(0, size).find(text) != std::string_view::npos) co_return true;
    if (error && error != http::error::need_buffer) break;
  }
  co_return false;
}

/// Interim responses are no answer (RFC 9110 s15.2), but for one that nobody asked for: 101.
bool is_interim(unsigned status) { return status >= 100 && status < 200 && status != 101; }

/// One more interim response than most_interim is taken for the answer.
template <class Stream>
asio::awaitable<error_code> read_final_head(Stream& socket, boost::beast::flat_buffer& buffer,
                                            std::optional<ResponseParser>& parser, std::string_view method) {
  error_code error;
  for (int heads = 0; heads <= most_interim; ++heads) {
    parser.emplace();
    parser->header_limit(head_limit);
    parser->body_limit(boost::none);
    parser->skip(method == "HEAD");
    co_await http::async_read_header(socket, buffer, *parser, asio::redirect_error(asio::use_awaitable, error));
    if (error || !is_interim(parser->get().result_int())) break;
  }
  co_return error;
}

template <class Stream>
asio::awaitable<Answer> ask(Stream& socket, const config::ActiveHealth& rules) {
  if (const error_code error = co_await send_request(socket, rules)) co_return failed(error);
  boost::beast::flat_buffer buffer{head_limit + body_limit};
  std::optional<ResponseParser> parser;
  if (const error_code error = co_await read_final_head(socket, buffer, parser, rules.method)) co_return failed(error);
  Answer answer;
  answer.status = static_cast<std::uint16_t>(parser->get().result_int());
  if (!config::contains(rules.expect_status, answer.status))
    answer.error = "status " + std::to_string(answer.status) + " is not expected";
  else if (!rules.expect_body.empty() && !co_await body_contains(socket, buffer, *parser, rules.expect_body))
    answer.error = "the body does not contain \"" + rules.expect_body + "\"";
  co_return answer;
}

template <class Stream>
asio::awaitable<Answer> ask_by_http2(Stream& stream, const config::ActiveHealth& rules, const char* scheme) {
  http2::SingleCall call{{{":method", rules.method},
                          {":scheme", scheme},
                          {":authority", rules.host},
                          {":path", rules.path},
                          {"user-agent", "headgate-probe"}}};
  if (const error_code error = co_await carry_out(stream, call)) co_return failed(error);
  Answer answer{call.status(), 0, call.failure()};
  if (answer.error.empty() && !config::contains(rules.expect_status, answer.status))
    answer.error = "status " + std::to_string(answer.status) + " is not expected";
  if (answer.error.empty() && call.body().find(rules.expect_body) == std::string::npos)
    answer.error = "the body does not contain \"" + rules.expect_body + "\"";
  co_return answer;
}

template <class Stream>
asio::awaitable<Answer> ask_by_grpc(Stream& stream, const config::ActiveHealth& rules, const char* scheme) {
  http2::SingleCall call{grpc_check_fields(rules, scheme), headgate::http::health_check_request(rules.service)};
  if (const error_code error = co_await carry_out(stream, call)) co_return failed(error);
  co_return Answer{call.status(), 0, judge_grpc_check(call)};
}

/// What a probe of type http speaks.
struct Speech {
  bool http2 = false;
  const char* scheme = "http";
};

/// One case for each type of probe.
template <class Stream>
asio::awaitable<Answer> answer_over(Stream& stream, const config::ActiveHealth& rules, Speech speech) {
  switch (rules.type) {
    case config::ProbeType::tcp:
      break;
    case config::ProbeType::http:
      if (speech.http2) co_return co_await ask_by_http2(stream, rules, speech.scheme);
      co_return co_await ask(stream, rules);
    case config::ProbeType::grpc:
      co_return co_await ask_by_grpc(stream, rules, speech.scheme);
  }
  co_return Answer{};
}

/// The context is the upstream's own; ours is only a handle to it.
asio::ssl::context share(const net::TlsClient& client) {
  SSL_CTX_up_ref(client.context());
  return asio::ssl::context{client.context()};
}

bool agreed_on_http2(SSL* ssl) {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &name, &size);
  return http2::text_of(name, size) == "h2";
}

/// A grpc probe speaks nothing else, whatever requests do.
void offer_http2(SSL* ssl) {
  static const std::string list = net::alpn_list({"h2"});
  SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(list.data()), static_cast<unsigned>(list.size()));
}

/// What requests refuse is not healthy.
bool needs_http2(const config::ActiveHealth& rules, config::UpstreamProtocol protocol) {
  return protocol == config::UpstreamProtocol::http2 || rules.type == config::ProbeType::grpc;
}

asio::awaitable<Answer> answer_by_tls(Protocol::socket& socket, const config::ActiveHealth& rules,
                                      const net::TlsPeer& tls, config::UpstreamProtocol protocol) {
  asio::ssl::context context = share(*tls.client);
  asio::ssl::stream<Protocol::socket&> stream{socket, context};
  net::TlsClient::expect(stream.native_handle(), tls.server_name);
  if (rules.type == config::ProbeType::grpc) offer_http2(stream.native_handle());
  error_code error;
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, error));
  const long verified = SSL_get_verify_result(stream.native_handle());
  if (error && tls.client->options().verify && verified != X509_V_OK)
    co_return Answer{0, 0, std::string{"its certificate is not valid: "} + X509_verify_cert_error_string(verified)};
  if (error) co_return failed(error);
  const bool http2 = agreed_on_http2(stream.native_handle());
  if (!http2 && needs_http2(rules, protocol)) co_return Answer{0, 0, "it does not agree on h2 (ALPN)"};
  co_return co_await answer_over(stream, rules, {http2, "https"});
}

asio::awaitable<Answer> answer_of(ProbeConnection& connection, const config::ActiveHealth& rules,
                                  const std::vector<net::SocketAddress>& addresses, const net::TlsPeer& tls,
                                  base::ProxyVersion proxy_protocol, config::UpstreamProtocol protocol) {
  if (addresses.empty()) co_return Answer{0, 0, "its name has no address"};
  error_code error = co_await connect(connection, addresses);
  if (!error && proxy_protocol != base::ProxyVersion::none)
    error = co_await send_proxy_header(connection.socket, proxy_protocol);
  if (error) co_return failed(error);
  if (tls.client) co_return co_await answer_by_tls(connection.socket, rules, tls, protocol);
  co_return co_await answer_over(connection.socket, rules, {protocol == config::UpstreamProtocol::http2});
}

}  // namespace

std::string describe_probe(const Endpoint& endpoint, const config::ActiveHealth& rules) {
  if (rules.type == config::ProbeType::tcp) return "tcp " + to_string(endpoint);
  if (rules.type == config::ProbeType::grpc)
    return "grpc " + to_string(endpoint) + (rules.service.empty() ? "" : " " + rules.service);
  return rules.method + (endpoint.tls ? " https://" : " http://") + to_string(endpoint) + rules.path;
}

asio::awaitable<std::optional<ProbeReport>> send_probe(Endpoint endpoint, config::ActiveHealth rules,
                                                       std::vector<net::SocketAddress> addresses, net::TlsPeer tls,
                                                       base::ProxyVersion proxy_protocol,
                                                       config::UpstreamProtocol protocol) {
  const auto began = base::exact_nanoseconds();
  const auto connection = std::make_shared<ProbeConnection>(co_await asio::this_coro::executor);
  connection->deadline.expires_after(rules.timeout);
  connection->deadline.async_wait([connection](const error_code& cancelled) {
    if (cancelled) return;
    connection->timed_out = true;
    error_code ignored;
    connection->socket.close(ignored);
  });
  Answer answer = co_await answer_of(*connection, rules, addresses, tls, proxy_protocol, protocol);
  connection->deadline.cancel();
  if (answer.os_error == EMFILE || answer.os_error == ENFILE) co_return std::nullopt;
  if (connection->timed_out) answer = {0, 0, "no answer within " + std::to_string(rules.timeout.count()) + " ms"};
  ProbeReport report;
  report.time = observe::wall_clock_now();
  report.success = answer.error.empty();
  report.status = answer.status;
  report.latency_us = static_cast<std::int64_t>((base::exact_nanoseconds() - began) / 1000);
  report.os_error = answer.os_error;
  report.error = std::move(answer.error);
  report.probe = describe_probe(endpoint, rules);
  co_return report;
}

}  // namespace headgate::upstream
