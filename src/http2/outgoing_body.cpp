#include "http2/outgoing_body.hpp"

#include <algorithm>
#include <utility>

namespace headgate::http2 {
namespace {

/// A small piece is taken over, so that whoever brings it need not wait until it is sent.
constexpr std::size_t kept_up_to = 4096;

}  // namespace

OutgoingBody::OutgoingBody(Resumer& connection, net::DeadlineWheel& wheel, Error stalled,
                           std::chrono::milliseconds patience)
    : connection_{connection},
      stall_{wheel,
             [](void* self) {
               auto& body = *static_cast<OutgoingBody*>(self);
               body.lose(body.stalled_);
             },
             this},
      stalled_{stalled},
      patience_{patience} {}

base::Task<Error> OutgoingBody::send(std::int32_t stream, const http::BodyPiece& piece) {
  if (lost_.failed()) return base::Task<Error>::ready(lost_);
  if (!pending_.empty() || piece.data.size() > kept_up_to) return send_when_taken(stream, piece);
  kept_.assign(piece.data);
  offer(stream, kept_, piece);
  return base::Task<Error>::ready(Error::none());
}

base::Task<Error> OutgoingBody::send_when_taken(std::int32_t stream, http::BodyPiece piece) {
  while (!pending_.empty() && !lost_.failed()) co_await taken_.wait();
  if (lost_.failed()) co_return lost_;
  offer(stream, piece.data, piece);
  while (!pending_.empty() && !lost_.failed()) co_await taken_.wait();
  co_return lost_;
}

void OutgoingBody::offer(std::int32_t stream, std::string_view data, const http::BodyPiece& piece) {
  pending_ = data;
  last_ = piece.last;
  trailers_.assign(piece.trailers);
  if (data.empty() && !last_) return;
  stall_.arm(patience_);
  if (std::exchange(deferred_, false))
    connection_.resume(stream);
  else if (data.empty() && connection_.end_without_window(stream, trailers_))
    stall_.disarm();
}

void OutgoingBody::note_loss(Error error) {
  if (!lost_.failed()) lost_ = error;
  drop();
}

void OutgoingBody::drop() {
  pending_ = {};
  stall_.disarm();
}

Portion OutgoingBody::next_portion(std::size_t most) {
  const std::size_t bytes = std::min(most, pending_.size());
  deferred_ = bytes == 0 && (!last_ || lost_.failed());
  if (bytes == 0) stall_.disarm();
  return {bytes, last_ && bytes == pending_.size(), deferred_};
}

bool OutgoingBody::take_portion(std::size_t bytes, std::vector<char>& out) {
  if (bytes > pending_.size()) return false;
  out.insert(out.end(), pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(bytes));
  pending_.remove_prefix(bytes);
  if (pending_.empty())
    stall_.disarm();
  else
    stall_.arm(patience_);
  return true;
}

}  // namespace headgate::http2
