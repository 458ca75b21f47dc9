#include "server/http2_request_body.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace headgate::server {

Http2RequestBody::Http2RequestBody(Http2Window& window, std::int32_t stream, base::BufferPool& buffers,
                                   net::DeadlineWheel& wheel)
    : window_{window}, stream_{stream}, buffers_{buffers}, patience_{wheel} {}

Http2RequestBody::~Http2RequestBody() { abandon(); }

void Http2RequestBody::expect(BodyFraming framing, bool ended, std::chrono::milliseconds idle) {
  framing_ = framing;
  ended_ = taken_whole_ = ended;
  idle_ = idle;
}

Error Http2RequestBody::arrived(std::string_view data) {
  received_ += data.size();
  if (framing_.kind == BodyKind::length && received_ > framing_.length)
    return {Cause::client_bad_content_length, "less than the DATA frames bring"};
  if (abandoned_) {
    window_.consume(stream_, data.size());
    return Error::none();
  }
  held_ += data.size();
  if (!arriving_.has_memory()) arriving_ = buffers_.lend();
  if (arriving_.space().size() < data.size())
    arriving_ = buffers_.grow(std::move(arriving_), 2 * (arriving_.size() + data.size()));
  std::memcpy(arriving_.space().data(), data.data(), data.size());
  arriving_.commit(data.size());
  return Error::none();
}

Error Http2RequestBody::ended(std::string_view trailers) {
  if (framing_.kind == BodyKind::length && received_ != framing_.length)
    return {Cause::client_bad_content_length, "more than the DATA frames bring"};
  ended_ = true;
  trailers_.assign(trailers);
  return Error::none();
}

void Http2RequestBody::wake() {
  if (!arriving_.empty() || ended_) patience_.interrupt();
}

void Http2RequestBody::cancel() {
  cancelled_ = true;
  patience_.interrupt();
}

void Http2RequestBody::lose() {
  lost_ = true;
  patience_.interrupt();
}

void Http2RequestBody::abandon() {
  abandoned_ = true;
  arriving_.release();
  taken_.release();
  give_back();
}

void Http2RequestBody::give_back() {
  if (held_ != arriving_.size()) window_.consume(stream_, held_ - arriving_.size());
  held_ = arriving_.size();
}

http::BodyPiece Http2RequestBody::read_buffered() {
  http::BodyPiece piece;
  taken_.clear();
  if (max_bytes_ != 0 && received_ > max_bytes_) {
    piece.error = Cause::client_body_too_large;
    return piece;
  }
  give_back();
  if (!arriving_.empty()) {
    std::swap(taken_, arriving_);
    piece.data = taken_.view();
  } else {
    taken_.release();
  }
  piece.last = taken_whole_ = ended_;
  if (piece.last) piece.trailers = trailers_;
  return piece;
}

base::Task<http::BodyPiece> Http2RequestBody::read() {
  cancelled_ = false;
  for (;;) {
    const http::BodyPiece piece = read_buffered();
    if (!piece.data.empty() || piece.last || piece.error.failed()) co_return piece;
    if (!lost_) co_await patience_.wait(idle_);
    if (!arriving_.empty() || ended_) continue;
    const bool told = lost_ || cancelled_;
    co_return http::BodyPiece{{}, {}, false, told ? Cause::client_closed : Cause::client_body_timeout};
  }
}

}  // namespace headgate::server
