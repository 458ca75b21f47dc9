#include "config/option_table.hpp"
#include "config/settings.hpp"
#include "config/value_types.hpp"

namespace headgate::config {
namespace {

constexpr std::uint64_t KiB = 1024;
constexpr std::uint64_t MiB = 1024 * KiB;
/// What every client begins with, whatever we say (RFC 9113 s6.9.2).
constexpr std::uint64_t least_window = 64 * KiB;

Table make_http2() {
  TableOf<Http2> t{"http2", "Of each client's HTTP/2 connection. A change holds for connections that come after it."};
  t.option("max_streams", integer(1, 10'000), &Http2::max_streams, "Requests that run at a time.");
  t.option("stream_window", size(least_window, 256 * MiB), &Http2::stream_window,
           "What is taken of a request's body, in bytes, while its backend takes nothing.");
  t.option("connection_window", size(least_window, 1024 * MiB), &Http2::connection_window,
           "The same for all requests of a connection together; at least 64 KiB for each of max_streams.");
  t.option("header_table_bytes", size(256, MiB, Zero::off), &Http2::header_table_bytes,
           "Memory for fields that repeat (HPACK), each way.");
  t.option("resets", integer(1, 1'000'000), &Http2::resets,
           "Requests that a client may abandon, or spoil so that we reset them, in 10 seconds. One more ends the "
           "connection.");
  t.option(
      "control_frames", integer(10, 1'000'000), &Http2::control_frames,
      "Frames that ask for nothing, in 10 seconds: SETTINGS, PRIORITY, empty DATA, HEADERS of a stream that is "
      "gone, and PING and WINDOW_UPDATE beyond what the data that we sent explains. One more ends the connection.");
  return t.done();
}

Table make_upstream_http2() {
  TableOf<UpstreamHttp2> t{"upstream_http2", "A change holds for connections that come after it."};
  t.option(
      "max_streams", integer(1, 10'000), &UpstreamHttp2::max_streams,
      "Requests that run on one connection at a time, or fewer if the backend says so; then another one is opened.");
  t.option("stream_window", size(least_window, 256 * MiB), &UpstreamHttp2::stream_window,
           "What is taken of a response's body, in bytes, while its client takes nothing.");
  t.option("header_table_bytes", size(256, MiB, Zero::off), &UpstreamHttp2::header_table_bytes,
           "Memory for fields that repeat (HPACK), each way.");
  return t.done();
}

}  // namespace

const Table& http2_table() {
  static const Table table = make_http2();
  return table;
}
const Table& upstream_http2_table() {
  static const Table table = make_upstream_http2();
  return table;
}

}  // namespace headgate::config
