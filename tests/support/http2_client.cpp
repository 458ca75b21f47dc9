#include "support/http2_client.hpp"

#include <utility>

#include "http/http2_preface.hpp"
#include "support/socket.hpp"

namespace headgate::testing {

Http2Client::Http2Client(const std::string& address, const Options& options)
    : Stream{connect_to(address)}, options_{options} {
  if (!options.preface) return;
  send(http::http2_preface);
  send(settings_frame({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, options.stream_window}}));
}

std::string Http2Client::head_bytes(std::int32_t stream, const FieldList& fields, bool last) {
  const auto flags =
      static_cast<std::uint8_t>(NGHTTP2_FLAG_END_HEADERS | (last ? NGHTTP2_FLAG_END_STREAM : NGHTTP2_FLAG_NONE));
  return bytes_of({NGHTTP2_HEADERS, flags, stream, encoder_.encode(fields)});
}

std::int32_t Http2Client::request(const FieldList& fields, bool last) {
  const std::int32_t stream = next_stream_;
  next_stream_ += 2;
  send(head_bytes(stream, fields, last));
  return stream;
}

Http2Frame Http2Client::read_frame() {
  for (;;) {
    if (auto frame = take_frame(unread_)) {
      note(*frame);
      return *frame;
    }
    const std::string more = read_some();
    if (more.empty()) throw Disconnected("the peer closed");
    unread_ += more;
  }
}

void Http2Client::note(const Http2Frame& frame) {
  Http2Response& response = responses_[frame.stream];
  if (frame.type == NGHTTP2_HEADERS || frame.type == NGHTTP2_CONTINUATION) {
    if (frame.type == NGHTTP2_HEADERS) ends_with_section_ = frame.has(NGHTTP2_FLAG_END_STREAM);
    section_ += frame.payload;
    if (!frame.has(NGHTTP2_FLAG_END_HEADERS)) return;
    FieldList fields = decoder_.decode(std::exchange(section_, {}));
    response.ended = ends_with_section_;
    if (response.status == 0 && !fields.empty() && fields.front().first == ":status") {
      const int status = std::stoi(fields.front().second);
      fields.erase(fields.begin());
      if (status < 200) {
        response.interim.push_back(status);
      } else {
        response.status = status;
        response.fields = std::move(fields);
      }
    } else {
      response.trailers = std::move(fields);
    }
  } else if (frame.type == NGHTTP2_DATA) {
    response.body += frame.payload;
    const auto size = static_cast<std::uint32_t>(frame.payload.size());
    if (options_.gives_window && size != 0) send(window_frame(0, size) + window_frame(frame.stream, size));
  } else if (frame.type == NGHTTP2_GOAWAY) {
    goaway_code_ = read32(frame.payload.substr(4));
  } else if (frame.type == NGHTTP2_RST_STREAM) {
    response.reset = read32(frame.payload);
  } else if (frame.type == NGHTTP2_SETTINGS && !frame.has(NGHTTP2_FLAG_ACK) && options_.acknowledges) {
    encoder_.obey(frame.payload);
    send(bytes_of({NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, {}}));
  } else if (frame.type == NGHTTP2_PING && !frame.has(NGHTTP2_FLAG_ACK) && options_.acknowledges) {
    send(bytes_of({NGHTTP2_PING, NGHTTP2_FLAG_ACK, 0, frame.payload}));
  }
  if (frame.type == NGHTTP2_DATA && frame.has(NGHTTP2_FLAG_END_STREAM)) response.ended = true;
}

Http2Response Http2Client::response(std::int32_t stream) {
  while (!responses_[stream].ended && !responses_[stream].reset) read_frame();
  return responses_[stream];
}

std::uint32_t Http2Client::goaway() {
  for (;;) {
    const Http2Frame frame = next(NGHTTP2_GOAWAY);
    if ((read32(frame.payload) & 0x7fffffffU) != 0x7fffffffU) return read32(frame.payload.substr(4));
  }
}

Http2Frame Http2Client::next(std::uint8_t type) {
  for (;;) {
    Http2Frame frame = read_frame();
    if (frame.type == type) return frame;
  }
}

}  // namespace headgate::testing
