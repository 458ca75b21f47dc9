#include "http2/incoming_body.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace headgate::http2 {

IncomingBody::IncomingBody(Window& window, base::BufferPool& buffers, net::DeadlineWheel& wheel, BodyCauses causes)
    : window_{window}, buffers_{buffers}, causes_{causes}, patience_{wheel} {}

IncomingBody::~IncomingBody() { abandon(); }

void IncomingBody::expect(std::int32_t stream, BodyFraming framing, bool ended) {
  stream_ = stream;
  framing_ = framing;
  ended_ = taken_whole_ = ended;
}

Error IncomingBody::frame(BodyFraming framing) {
  framing_ = framing;
  return check(ended_);
}

Error IncomingBody::check(bool ended) const {
  if (framing_.kind != BodyKind::length) return Error::none();
  if (received_ > framing_.length) return {causes_.bad_length, "less than the DATA frames bring"};
  if (ended && received_ != framing_.length) return {causes_.bad_length, "more than the DATA frames bring"};
  return Error::none();
}

Error IncomingBody::arrived(std::string_view data) {
  received_ += data.size();
  held_ += data.size();  // abandon() gives back what is refused here
  if (const Error error = check(false); error.failed()) return error;
  if (abandoned_) {
    give_back();
    return Error::none();
  }
  if (!arriving_.has_memory()) arriving_ = buffers_.lend();
  if (arriving_.space().size() < data.size())
    arriving_ = buffers_.grow(std::move(arriving_), 2 * (arriving_.size() + data.size()));
  std::memcpy(arriving_.space().data(), data.data(), data.size());
  arriving_.commit(data.size());
  return Error::none();
}

Error IncomingBody::ended(std::string_view trailers) {
  if (const Error error = check(true); error.failed()) return error;
  ended_ = true;
  trailers_.assign(trailers);
  return Error::none();
}

void IncomingBody::wake() {
  if (!arriving_.empty() || ended_) patience_.interrupt();
}

void IncomingBody::cancel() {
  cancelled_ = true;
  patience_.interrupt();
}

void IncomingBody::lose(Error error) {
  lost_ = error;
  patience_.interrupt();
}

void IncomingBody::abandon() {
  abandoned_ = true;
  arriving_.release();
  taken_.release();
  give_back();
}

void IncomingBody::give_back() {
  if (held_ != arriving_.size()) window_.consume(stream_, held_ - arriving_.size());
  held_ = arriving_.size();
}

http::BodyPiece IncomingBody::read_buffered() {
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

base::Task<http::BodyPiece> IncomingBody::read() {
  cancelled_ = false;
  for (;;) {
    const http::BodyPiece piece = read_buffered();
    if (!piece.data.empty() || piece.last || piece.error.failed()) co_return piece;
    if (!lost_.failed()) co_await patience_.wait(idle_);
    if (!arriving_.empty() || ended_) continue;
    const Error why = cancelled_ ? Error{Cause::client_closed} : Error{causes_.idle};
    co_return http::BodyPiece{{}, {}, false, lost_.failed() ? lost_ : why};
  }
}

}  // namespace headgate::http2
