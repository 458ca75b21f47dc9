#include "exchange/replay_buffer.hpp"

namespace headgate::exchange {

void ReplayBuffer::add(const http::BodyPiece& piece, bool stays) {
  if (piece.data.empty() && !piece.last) return;
  const bool first = !touched_;
  touched_ = true;
  complete_ = piece.last;
  if (lost_) return;
  if (first && stays) {
    original_ = piece.data;
  } else if (copy_.size() + piece.data.size() + piece.trailers.size() <= limit_) {
    copy_.append(piece.data);
  } else {
    lost_ = true;
    copy_ = {};  // its memory, too
    return;
  }
  trailers_.assign(piece.trailers);
}

http::BodyPiece ReplayBuffer::piece() const {
  return {original_.empty() ? std::string_view{copy_} : original_, trailers_, complete_};
}

}  // namespace headgate::exchange
