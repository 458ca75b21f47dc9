#include "support/memory_stream.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace headgate::testing {

MemoryStream::MemoryStream(net::DeadlineWheel& wheel, std::shared_ptr<Wire> wire, FaultPlan& faults)
    : Stream{wheel}, wire_{std::move(wire)}, faults_{faults} {
  wire_->stream = this;
}

MemoryStream::~MemoryStream() {
  wire_->proxy_closed = true;
  wire_->stream = nullptr;
  if (destroyed_ != nullptr) *destroyed_ = true;
}

net::IoResult MemoryStream::try_read(std::span<char> space) {
  if (const int error = faults_.next(); error != 0) return {0, error};
  if (wire_->proxy_closed) return {0, ECANCELED};
  const std::size_t count = std::min({space.size(), wire_->to_proxy.size(), wire_->most_per_read});
  if (count == 0 && wire_->peer_reset) return {0, ECONNRESET};
  if (count == 0 && !wire_->peer_closed) {
    may_read_ = false;
    return {0, EAGAIN};
  }
  std::memcpy(space.data(), wire_->to_proxy.data(), count);
  wire_->to_proxy.erase(0, count);
  may_read_ = !wire_->to_proxy.empty() || wire_->peer_closed;
  return {count, 0};
}

net::IoResult MemoryStream::try_write(std::span<const iovec> pieces) {
  if (const int error = faults_.next(); error != 0) return {0, error};
  if (wire_->proxy_closed) return {0, ECANCELED};
  if (wire_->peer_reset) return {0, EPIPE};
  std::size_t taken = 0;
  for (const iovec& piece : pieces) {
    const std::size_t room = wire_->room - std::min(wire_->room, wire_->from_proxy.size());
    const std::size_t count = std::min(room, piece.iov_len);
    wire_->from_proxy.append(static_cast<const char*>(piece.iov_base), count);
    taken += count;
  }
  return taken == 0 ? net::IoResult{0, EAGAIN} : net::IoResult{taken, 0};
}

net::Stream::Peer MemoryStream::look() {
  if (wire_->peer_reset) return Peer::failed;
  if (!wire_->to_proxy.empty()) return Peer::spoke;
  return wire_->peer_closed ? Peer::closed : Peer::silent;
}

net::IoResult MemoryStream::peek(std::span<char> space, std::size_t seen) {
  may_read_ = false;
  const std::size_t count = std::min(space.size(), wire_->to_proxy.size());
  if (count <= seen) return {0, wire_->peer_closed ? 0 : EAGAIN};
  std::memcpy(space.data(), wire_->to_proxy.data(), count);
  return {count, 0};
}

void MemoryStream::drop(std::size_t bytes) {
  wire_->to_proxy.erase(0, bytes);
  may_read_ = true;
}

void MemoryStream::poke() {
  bool destroyed = false;
  destroyed_ = &destroyed;
  if (!wire_->to_proxy.empty() || wire_->peer_closed || wire_->peer_reset) became_readable();
  if (destroyed) return;
  if (wire_->from_proxy.size() < wire_->room) became_writable();
  if (!destroyed) destroyed_ = nullptr;
}

}  // namespace headgate::testing
