#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "support/fake_upstream.hpp"
#include "support/http2_frames.hpp"

namespace headgate::testing {

/// The server's side of HTTP/2, frame by frame, for a script of FakeUpstream. Acknowledges SETTINGS and PING.
class Http2Origin {
 public:
  /// Reads the preface and says hello. `settings`: the payload of its SETTINGS.
  explicit Http2Origin(UpstreamConnection& connection, const std::string& settings = settings_frame())
      : connection_{connection} {
    constexpr std::size_t preface_bytes = 24;
    connection_.read_exactly(preface_bytes);
    connection_.send(settings);
  }

  /// The next frame that is no SETTINGS, PING or WINDOW_UPDATE.
  Http2Frame next() {
    for (;;) {
      const std::string head = connection_.read_exactly(9);
      const std::size_t size = read32(std::string(1, '\0') + head.substr(0, 3));
      Http2Frame frame{static_cast<std::uint8_t>(head[3]), static_cast<std::uint8_t>(head[4]),
                       static_cast<std::int32_t>(read32(head.substr(5))), connection_.read_exactly(size)};
      if (frame.type == NGHTTP2_SETTINGS && !frame.has(NGHTTP2_FLAG_ACK)) {
        settings_ = frame.payload;
        encoder_.obey(settings_);
        connection_.send(bytes_of({NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, {}}));
      }
      if (frame.type != NGHTTP2_SETTINGS && frame.type != NGHTTP2_WINDOW_UPDATE && frame.type != NGHTTP2_PING)
        return frame;
    }
  }
  Http2Frame next(std::uint8_t type) {
    for (;;)
      if (Http2Frame frame = next(); frame.type == type) return frame;
  }
  /// The stream of the next request; its fields are in request().
  std::int32_t next_request() {
    const Http2Frame frame = next(NGHTTP2_HEADERS);
    request_ = decoder_.decode(frame.payload);
    return frame.stream;
  }
  [[nodiscard]] std::string request(std::string_view name) const {
    for (const auto& [field, value] : request_)
      if (field == name) return value;
    return {};
  }

  /// The payload of the peer's SETTINGS.
  [[nodiscard]] const std::string& settings() const { return settings_; }

  void head(std::int32_t stream, const FieldList& fields, bool last = false) {
    connection_.send(head_bytes(stream, fields, last));
  }
  void data(std::int32_t stream, std::string_view bytes, bool last = false) {
    connection_.send(data_frame(stream, bytes, last));
  }
  /// In one write, so that nobody has passed on the head before the body is there.
  void whole(std::int32_t stream, const FieldList& fields, std::string_view body) {
    connection_.send(head_bytes(stream, fields, false) + data_frame(stream, body, true));
  }
  void respond(std::int32_t stream, std::string_view body) {
    head(stream, {{":status", "200"}});
    data(stream, body, true);
  }
  void reset(std::int32_t stream, std::uint32_t code) { connection_.send(reset_frame(stream, code)); }
  void goaway(std::int32_t last, std::uint32_t code = NGHTTP2_NO_ERROR) {
    connection_.send(bytes_of({NGHTTP2_GOAWAY, 0, 0, number32(static_cast<std::uint32_t>(last)) + number32(code)}));
  }

 private:
  std::string head_bytes(std::int32_t stream, const FieldList& fields, bool last) {
    const int flags = NGHTTP2_FLAG_END_HEADERS | (last ? NGHTTP2_FLAG_END_STREAM : 0);
    return bytes_of({NGHTTP2_HEADERS, static_cast<std::uint8_t>(flags), stream, encoder_.encode(fields)});
  }

  UpstreamConnection& connection_;
  HpackEncoder encoder_;
  HpackDecoder decoder_;
  FieldList request_;
  std::string settings_;
};

/// Answers each request on its connection with `body`, or with its path.
inline void answer_all(UpstreamConnection& connection, std::string_view body = {}) {
  Http2Origin origin{connection};
  for (;;) {
    const std::int32_t stream = origin.next_request();
    origin.respond(stream, body.empty() ? origin.request(":path") : std::string{body});
  }
}

}  // namespace headgate::testing
