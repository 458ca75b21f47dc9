#include "http2/data_frames.hpp"

namespace headgate::http2 {

ssize_t announce(const Portion& portion, std::string_view trailers, nghttp2_session* library, std::int32_t stream,
                 std::uint32_t& flags, http::Http2Fields& fields) {
  if (portion.wait) return NGHTTP2_ERR_DEFERRED;
  flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (portion.last) flags |= NGHTTP2_DATA_FLAG_EOF;
  if (portion.last && !trailers.empty()) {
    flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    fields.clear();
    fields.take_lines(trailers);
    nghttp2_submit_trailer(library, stream, fields.data(), fields.size());
  }
  return static_cast<ssize_t>(portion.bytes);
}

}  // namespace headgate::http2
