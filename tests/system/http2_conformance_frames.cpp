// Connections and frames: sections 3, 4, 6 and 7 of h2spec's part "http2", and the frames of its part "generic".
#include "system/http2_conformance.hpp"

namespace headgate::testing {
namespace {

constexpr std::uint8_t end_headers = NGHTTP2_FLAG_END_HEADERS;
constexpr std::uint8_t end_stream = NGHTTP2_FLAG_END_STREAM;
constexpr std::uint8_t end_both = end_headers | end_stream;
constexpr std::uint8_t padded = NGHTTP2_FLAG_PADDED;
constexpr std::uint8_t with_priority = NGHTTP2_FLAG_PRIORITY;

using enum Outcome;

std::string padded_with(std::uint8_t size, const std::string& content) {
  return static_cast<char>(size) + content + std::string(size, '\0');
}

// clang-format off: a table
const Conformance good_frames[] = {
    {"generic/3.1/1", post_bytes() + data_frame(1, "test", true)},
    {"generic/3.1/2", post_bytes() + data_frame(1, "test") + data_frame(1, "test", true)},
    {"generic/3.1/3", post_bytes() + frame(NGHTTP2_DATA, padded | end_stream, 1, padded_with(5, "test"))},
    {"generic/3.2/1", get_bytes()},
    {"generic/3.2/2", frame(NGHTTP2_HEADERS, end_both | padded, 1, padded_with(5, block()))},
    {"generic/3.2/3", frame(NGHTTP2_HEADERS, end_both | with_priority, 1, priority(0x80000000U, '\xff') + block())},
    {"generic/3.3/1", get_bytes() + frame(NGHTTP2_PRIORITY, 0, 1, priority(0, '\0'))},
    {"generic/3.3/2", get_bytes() + frame(NGHTTP2_PRIORITY, 0, 1, priority(0, '\xff'))},
    {"generic/3.3/3", get_bytes() + frame(NGHTTP2_PRIORITY, 0, 1, priority(3, '\0'))},
    {"generic/3.3/4", get_bytes() + frame(NGHTTP2_PRIORITY, 0, 1, priority(0x80000003U, '\0'))},
    {"generic/3.3/5", frame(NGHTTP2_PRIORITY, 0, 5, priority(0, '\0')) + get_bytes()},
    {"generic/3.4/1", post_bytes() + reset_frame(1), alive},
    {"generic/3.5/1", settings_frame({{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 100}}), alive},
    {"generic/3.7/1", ping_frame(), alive},
    {"generic/3.9/1", window_frame(0, 1) + get_bytes()},
    {"generic/3.9/2", post_bytes() + window_frame(1, 1) + data_frame(1, "", true)},
    {"generic/3.10/1", frame(NGHTTP2_HEADERS, end_stream, 1, block()) +
                           frame(NGHTTP2_CONTINUATION, end_headers, 1, encoded({{"x", "y"}}))},
    {"generic/3.10/2", frame(NGHTTP2_HEADERS, end_stream, 1, block()) +
                           frame(NGHTTP2_CONTINUATION, 0, 1, encoded({{"x", "y"}})) +
                           frame(NGHTTP2_CONTINUATION, end_headers, 1, encoded({{"z", "y"}}))},
    {"http2/4.1/1", frame(0xff, 0, 0, "12345678") + get_bytes()},
    {"http2/4.1/2", frame(NGHTTP2_PING, 0x16, 0, "12345678"), alive},
    {"http2/4.1/3", frame(NGHTTP2_PING, 0, static_cast<std::int32_t>(0x80000000U), "12345678"), alive},
    {"http2/4.2/1", post_bytes() + data_frame(1, std::string(16'384, 'x'), true)},
    {"http2/5.5/1", frame(0x16, 0, 0, "12345678") + get_bytes()},
    {"http2/6.5.2/5", settings_frame({{0xff, 1}}), alive},
    {"http2/6.5.3/2", settings_frame({{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}}), alive},
    {"http2/6.7/1", ping_frame("h2spec12"), alive},
    {"http2/6.7/2", frame(NGHTTP2_PING, NGHTTP2_FLAG_ACK, 0, "invalid!"), alive},
    {"http2/7/2", get_bytes() + reset_frame(1, 0xff), alive},
};

const Conformance bad_frames[] = {
    {"http2/4.2/2", post_bytes() + data_frame(1, std::string(16'385, 'x'), true), stream_error,
     NGHTTP2_FRAME_SIZE_ERROR},
    {"http2/4.2/3", frame(NGHTTP2_HEADERS, end_both, 1, std::string(16'385, '\x82')), connection_error,
     NGHTTP2_FRAME_SIZE_ERROR},
    {"http2/4.3/1", frame(NGHTTP2_HEADERS, end_both, 1, "\x40"), connection_error, NGHTTP2_COMPRESSION_ERROR},
    {"http2/4.3/2", frame(NGHTTP2_HEADERS, end_stream, 1, block()) + frame(NGHTTP2_PRIORITY, 0, 1, priority(0, '\0')),
     connection_error},
    {"http2/4.3/3", frame(NGHTTP2_HEADERS, end_stream, 1, block()) + frame(NGHTTP2_HEADERS, end_both, 3, block()),
     connection_error},
    {"http2/5.5/2", frame(NGHTTP2_HEADERS, end_stream, 1, block()) + frame(0x16, 0, 0, "12345678"), connection_error},
    {"http2/6.1/1", data_frame(0, "test", true), connection_error},
    {"http2/6.1/3", post_bytes() + frame(NGHTTP2_DATA, padded | end_stream, 1, "\x06test"), connection_error},
    {"http2/6.2/3", frame(NGHTTP2_HEADERS, end_both, 0, block()), connection_error},
    {"http2/6.2/4", frame(NGHTTP2_HEADERS, end_both | padded, 1, "\xff" + block()), connection_error},
    {"http2/6.3/1", frame(NGHTTP2_PRIORITY, 0, 0, priority(0, '\0')), connection_error},
    {"http2/6.3/2", post_bytes() + frame(NGHTTP2_PRIORITY, 0, 1, "1234"), stream_error, NGHTTP2_FRAME_SIZE_ERROR},
    {"http2/6.4/1", reset_frame(0), connection_error},
    {"http2/6.4/2", reset_frame(1), connection_error},
    {"http2/6.4/3", post_bytes() + frame(NGHTTP2_RST_STREAM, 0, 1, "123"), connection_error, NGHTTP2_FRAME_SIZE_ERROR},
    {"http2/6.5/1", frame(NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, std::string("\0\0\0\0\0\1", 6)), connection_error,
     NGHTTP2_FRAME_SIZE_ERROR},
    {"http2/6.5/2", frame(NGHTTP2_SETTINGS, 0, 1, std::string("\0\3\0\0\0\144", 6)), connection_error},
    {"http2/6.5/3", frame(NGHTTP2_SETTINGS, 0, 0, "123"), connection_error, NGHTTP2_FRAME_SIZE_ERROR},
    {"http2/6.5.2/1", settings_frame({{NGHTTP2_SETTINGS_ENABLE_PUSH, 2}}), connection_error},
    {"http2/6.5.2/2", settings_frame({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0x80000000U}}), connection_error,
     NGHTTP2_FLOW_CONTROL_ERROR},
    {"http2/6.5.2/3", settings_frame({{NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 16'383}}), connection_error},
    {"http2/6.5.2/4", settings_frame({{NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 0x1000000}}), connection_error},
    {"http2/6.7/3", frame(NGHTTP2_PING, 0, 1, "12345678"), connection_error},
    {"http2/6.7/4", ping_frame("123456"), connection_error, NGHTTP2_FRAME_SIZE_ERROR},
    {"http2/6.8/1", frame(NGHTTP2_GOAWAY, 0, 1, number32(0) + number32(0)), connection_error},
    {"http2/6.9/1", window_frame(0, 0), connection_error},
    {"http2/6.9/2", post_bytes() + window_frame(1, 0), stream_error},
    {"http2/6.9/3", frame(NGHTTP2_WINDOW_UPDATE, 0, 0, "123"), connection_error, NGHTTP2_FRAME_SIZE_ERROR},
    {"http2/6.9.1/2", window_frame(0, 0x7fffffff) + window_frame(0, 0x7fffffff), connection_error,
     NGHTTP2_FLOW_CONTROL_ERROR},
    {"http2/6.9.1/3", post_bytes() + window_frame(1, 0x7fffffff) + window_frame(1, 0x7fffffff), stream_error,
     NGHTTP2_FLOW_CONTROL_ERROR},
    {"http2/6.9.2/3", settings_frame({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0xffffffffU}}), connection_error,
     NGHTTP2_FLOW_CONTROL_ERROR},
    {"http2/6.10/2",
     frame(NGHTTP2_HEADERS, end_stream, 1, block()) + frame(NGHTTP2_CONTINUATION, 0, 1, "") +
         data_frame(1, "test", true),
     connection_error},
    {"http2/6.10/3", frame(NGHTTP2_HEADERS, end_stream, 1, block()) + frame(NGHTTP2_CONTINUATION, end_headers, 0, ""),
     connection_error},
    {"http2/6.10/4", get_bytes() + frame(NGHTTP2_CONTINUATION, end_headers, 1, ""), connection_error},
    {"http2/6.10/5",
     frame(NGHTTP2_HEADERS, end_stream, 1, block()) + frame(NGHTTP2_CONTINUATION, end_headers, 1, "") +
         frame(NGHTTP2_CONTINUATION, end_headers, 1, ""),
     connection_error},
    {"http2/6.10/6", post_bytes() + data_frame(1, "test") + frame(NGHTTP2_CONTINUATION, end_headers, 1, ""),
     connection_error},
};
// clang-format on

TEST_F(Http2Conformance, OfGoodFramesIsServed) {
  for (const Conformance& row : good_frames) expect(row);
}

TEST_F(Http2Conformance, OfBadFramesIsWhatTheRfcSays) {
  for (const Conformance& row : bad_frames) expect(row);
}

}  // namespace
}  // namespace headgate::testing
