// What a head costs: to parse, here and in Boost.Beast, and to write.
#include <benchmark/benchmark.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <string>

#include "http/body_decoder.hpp"
#include "http/head_parser.hpp"
#include "http/head_writer.hpp"
#include "http/request_id.hpp"

namespace headgate::http {
namespace {

const std::string browser_request =
    "GET /static/img/logo.png?v=12 HTTP/1.1\r\n"
    "Host: www.example.org\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5\r\n"
    "Accept-Language: en-US,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n\r\n";

const std::string wrk_request = "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";

const std::string typical_response =
    "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\nContent-Type: text/html\r\n"
    "Content-Length: 1024\r\nLast-Modified: Mon, 23 Nov 2026 10:00:00 GMT\r\nETag: \"6560-400\"\r\n"
    "Accept-Ranges: bytes\r\n\r\n";

void parse_request(benchmark::State& state, const std::string& bytes) {
  RequestParser parser{HeadLimits{}};
  RequestHead head;
  for (auto _ : state) {
    parser.reset();
    benchmark::DoNotOptimize(parser.parse(bytes, head));
  }
}
BENCHMARK_CAPTURE(parse_request, browser, browser_request);
BENCHMARK_CAPTURE(parse_request, wrk, wrk_request);

void parse_request_with_beast(benchmark::State& state, const std::string& bytes) {
  for (auto _ : state) {
    boost::beast::http::request_parser<boost::beast::http::empty_body> parser;
    boost::beast::error_code error;
    benchmark::DoNotOptimize(parser.put(boost::asio::buffer(bytes), error));
  }
}
BENCHMARK_CAPTURE(parse_request_with_beast, browser, browser_request);
BENCHMARK_CAPTURE(parse_request_with_beast, wrk, wrk_request);

void parse_response(benchmark::State& state) {
  ResponseParser parser{HeadLimits{}};
  ResponseHead head;
  for (auto _ : state) {
    parser.reset();
    benchmark::DoNotOptimize(parser.parse(typical_response, head, Method::get));
  }
}
BENCHMARK(parse_response);

void write_request(benchmark::State& state, const std::string& bytes) {
  RequestParser parser{HeadLimits{}};
  RequestHead head;
  parser.parse(bytes, head);
  const ForwardingPolicy policy;
  const ClientInfo client{.ip = "192.0.2.1", .peer_ip = "192.0.2.1"};
  RequestIdSource ids;
  std::string out;
  for (auto _ : state) {
    const RequestIdSource::Id id = ids.next();
    out.clear();
    write_request_head(
        out, head,
        {.target = head.target, .host = head.authority, .policy = &policy, .client = &client, .request_id = view(id)});
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK_CAPTURE(write_request, browser, browser_request);
BENCHMARK_CAPTURE(write_request, wrk, wrk_request);

void write_response(benchmark::State& state) {
  ResponseParser parser{HeadLimits{}};
  ResponseHead head;
  parser.parse(typical_response, head, Method::get);
  std::string out;
  for (auto _ : state) {
    out.clear();
    write_response_head(out, head, {.body = head.body});
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(write_response);

void decode_length(benchmark::State& state) {
  const std::string body(16384, 'x');
  BodyDecoder decoder;
  for (auto _ : state) {
    decoder.start({BodyKind::length, body.size()}, Origin::client, 0, 8192);
    benchmark::DoNotOptimize(decoder.next(body));
  }
}
BENCHMARK(decode_length);

void decode_chunked(benchmark::State& state) {
  const std::string body = "4000\r\n" + std::string(16384, 'x') + "\r\n0\r\n\r\n";
  BodyDecoder decoder;
  for (auto _ : state) {
    decoder.start({BodyKind::chunked, 0}, Origin::client, 0, 8192);
    std::string_view in = body;
    while (!decoder.done()) in.remove_prefix(decoder.next(in).consumed);
    benchmark::DoNotOptimize(in);
  }
}
BENCHMARK(decode_chunked);

}  // namespace
}  // namespace headgate::http
