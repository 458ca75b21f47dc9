#include "http2/data_frames.hpp"

namespace headgate::http2 {

namespace {

void submit(std::string_view trailers, nghttp2_session* library, std::int32_t stream, http::Http2Fields& fields) {
  fields.clear();
  fields.take_lines(trailers);
  nghttp2_submit_trailer(library, stream, fields.data(), fields.size());
}

}  // namespace

ssize_t announce(const Portion& portion, std::string_view trailers, nghttp2_session* library, std::int32_t stream,
                 std::uint32_t& flags, http::Http2Fields& fields) {
  if (portion.wait) return NGHTTP2_ERR_DEFERRED;
  flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (portion.last) flags |= NGHTTP2_DATA_FLAG_EOF;
  if (portion.last && !trailers.empty()) {
    flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    submit(trailers, library, stream, fields);
  }
  return static_cast<ssize_t>(portion.bytes);
}

bool end_without_window(std::string_view trailers, nghttp2_session* library, std::int32_t stream,
                        http::Http2Fields& fields) {
  const std::int32_t window = nghttp2_session_get_stream_remote_window_size(library, stream);
  const bool opened = window >= 0;
  if (!opened || (window > 0 && nghttp2_session_get_remote_window_size(library) > 0)) return false;
  submit(trailers, library, stream, fields);
  return true;
}

}  // namespace headgate::http2
