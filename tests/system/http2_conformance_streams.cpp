// Streams, requests and header compression: sections 5 and 8 of h2spec's part "http2", the rest of "generic", "hpack".
#include "system/http2_conformance.hpp"

namespace headgate::testing {
namespace {

using enum Outcome;

/// A header block byte by byte: GET / of http, then this.
std::string hpack(const std::string& more) {
  return bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 1,
                   "\x82\x86\x84\x41\x01"
                   "a" +
                       more});
}

// clang-format off: a table
const Conformance states[] = {
    {"generic/2/1", frame(NGHTTP2_PRIORITY, 0, 1, priority(0, '\0')) + get_bytes()},
    {"generic/2/2", get_bytes() + window_frame(1, 1)},
    {"generic/2/3", get_bytes() + frame(NGHTTP2_PRIORITY, 0, 1, priority(0, '\0'))},
    {"generic/2/4", get_bytes() + reset_frame(1), alive},
    {"generic/2/5", get_bytes() + reset_frame(1) + frame(NGHTTP2_PRIORITY, 0, 1, priority(0, '\0')), alive},
    {"http2/5.1/1", data_frame(1, "test", true), connection_error},
    {"http2/5.1/2", reset_frame(1), connection_error},
    {"http2/5.1/3", window_frame(1, 100), connection_error},
    {"http2/5.1/4", frame(NGHTTP2_CONTINUATION, NGHTTP2_FLAG_END_HEADERS, 1, ""), connection_error},
    {"http2/5.1/5", get_bytes() + data_frame(1, "test", true), stream_error, NGHTTP2_STREAM_CLOSED},
    {"http2/5.1/6", get_bytes() + get_bytes(), stream_error, NGHTTP2_STREAM_CLOSED},
    {"http2/5.1/7", get_bytes() + frame(NGHTTP2_CONTINUATION, NGHTTP2_FLAG_END_HEADERS, 1, ""), connection_error},
    {"http2/5.1/10", post_bytes() + reset_frame(1) + frame(NGHTTP2_CONTINUATION, NGHTTP2_FLAG_END_HEADERS, 1, ""),
     connection_error},
    {"http2/5.1.1/1", get_bytes(2), connection_error},
    {"http2/5.1.1/2", get_bytes(5) + get_bytes(3), connection_error},
    {"http2/5.3.1/2", frame(NGHTTP2_PRIORITY, 0, 1, priority(1, '\xff')), alive},  // RFC 9113 s5.3.2: ignored
};

const Conformance requests[] = {
    {"generic/4/1", get_bytes()},
    {"generic/4/2", head_bytes(1, http2_request("HEAD", "/"))},
    {"generic/4/3", post_bytes() + data_frame(1, "test", true)},
    {"generic/4/4", post_bytes() + data_frame(1, "test") + head_bytes(1, {{"x-test", "ok"}})},
    {"http2/8.1/1", post_bytes() + data_frame(1, "test") + head_bytes(1, {{"x-test", "ok"}}, false), stream_error},
    {"http2/8.1.2/1", get_bytes(1, {{"X-TEST", "ok"}}), stream_error},
    {"http2/8.1.2.1/1", get_bytes(1, {{":test", "ok"}}), stream_error},
    {"http2/8.1.2.1/2", get_bytes(1, {{":status", "200"}}), stream_error},
    {"http2/8.1.2.1/3", post_bytes() + data_frame(1, "test") + head_bytes(1, {{":method", "200"}}), stream_error},
    {"http2/8.1.2.1/4", head_bytes(1, {{":method", "GET"}, {":scheme", "http"}, {"x", "y"}, {":path", "/"}}),
     stream_error},
    {"http2/8.1.2.2/1", get_bytes(1, {{"connection", "keep-alive"}}), stream_error},
    {"http2/8.1.2.2/2", get_bytes(1, {{"trailers", "x"}, {"te", "trailers, deflate"}}), stream_error},
    {"http2/8.1.2.3/1", head_bytes(1, {{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}, {":path", ""}}),
     stream_error},
    {"http2/8.1.2.3/2", head_bytes(1, {{":scheme", "http"}, {":authority", "a"}, {":path", "/"}}), stream_error},
    {"http2/8.1.2.3/3", head_bytes(1, {{":method", "GET"}, {":authority", "a"}, {":path", "/"}}), stream_error},
    {"http2/8.1.2.3/4", head_bytes(1, {{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}}), stream_error},
    {"http2/8.1.2.3/5", get_bytes(1, {{":method", "GET"}}), stream_error},
    {"http2/8.1.2.3/6", get_bytes(1, {{":scheme", "http"}}), stream_error},
    {"http2/8.1.2.3/7", get_bytes(1, {{":path", "/"}}), stream_error},
    {"http2/8.1.2.6/1", post_bytes({{"content-length", "1"}}) + data_frame(1, "test", true), stream_error},
    {"http2/8.1.2.6/2", post_bytes({{"content-length", "1"}}) + data_frame(1, "test") + data_frame(1, "test", true),
     stream_error},
    {"http2/8.2/1", post_bytes() + frame(NGHTTP2_PUSH_PROMISE, NGHTTP2_FLAG_END_HEADERS, 1, number32(3) + block()),
     connection_error},
};

const Conformance compression[] = {
    {"generic/5/1", hpack("\x90")},
    {"generic/5/2", hpack("\x7a\x04test")},
    {"generic/5/3", hpack("\x7a\x83\x49\x50\x9f")},
    {"generic/5/4", hpack("\x40\x04test\x02ok")},
    {"generic/5/5", hpack("\x40\x83\x49\x50\x9f\x02ok")},
    {"generic/5/7", hpack(std::string("\x0f\x2b\x04test", 7))},
    {"generic/5/9", hpack(std::string("\0\x04test\x02ok", 9))},
    {"generic/5/11", hpack("\x1f\x2b\x04test")},
    {"generic/5/13", hpack("\x10\x04test\x02ok")},
    {"generic/5/15",
     bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 1, "\x20" + block()})},
    {"hpack/2.3.3/1", hpack("\xc6"), connection_error, NGHTTP2_COMPRESSION_ERROR},
    {"hpack/2.3.3/2", hpack("\x7f\x07\x05value"), connection_error, NGHTTP2_COMPRESSION_ERROR},
    {"hpack/4.2/1", hpack("\x21"), connection_error, NGHTTP2_COMPRESSION_ERROR},
    {"hpack/5.2/1", hpack("\x40\x84\x49\x50\x9f\xff\x02ok"), connection_error, NGHTTP2_COMPRESSION_ERROR},
    {"hpack/5.2/2", hpack(std::string("\x40\x83\x49\x50\x90\x02ok")), connection_error, NGHTTP2_COMPRESSION_ERROR},
    {"hpack/5.2/3", hpack("\x40\x88\x49\x50\x9f\xff\xff\xff\xff\xff\x02ok"), connection_error,
     NGHTTP2_COMPRESSION_ERROR},
    {"hpack/6.1/1", hpack("\x80"), connection_error, NGHTTP2_COMPRESSION_ERROR},
    {"hpack/6.3/1",
     bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 1, "\x3f\xe2\x1f" + block()}),
     connection_error, NGHTTP2_COMPRESSION_ERROR},
};
// clang-format on

TEST_F(Http2Conformance, OfStreamsIsWhatTheRfcSays) {
  for (const Conformance& row : states) expect(row);
}

TEST_F(Http2Conformance, OfRequestsIsWhatTheRfcSays) {
  for (const Conformance& row : requests) expect(row);
}

TEST_F(Http2Conformance, OfHeaderCompressionIsWhatTheRfcSays) {
  for (const Conformance& row : compression) expect(row);
}

}  // namespace
}  // namespace headgate::testing
