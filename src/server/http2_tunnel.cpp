#include "server/http2_tunnel.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "server/http2_stream.hpp"

namespace headgate::server {

Http2Tunnel::Http2Tunnel(Http2Stream& stream, net::DeadlineWheel& wheel, std::uint32_t reset_code)
    : Stream{wheel}, stream_{stream}, reset_code_{reset_code} {
  may_read_ = look() != Peer::silent;
}

net::IoResult Http2Tunnel::try_read(std::span<char> space) {
  if (stream_.is_lost()) return {0, ECONNRESET};
  http2::IncomingBody& body = stream_.request_body();
  if (unread_.empty()) unread_ = body.read_buffered().data;
  if (unread_.empty() && body.complete()) return {};
  const std::size_t bytes = std::min(space.size(), unread_.size());
  if (bytes != 0) std::memcpy(space.data(), unread_.data(), bytes);
  unread_.remove_prefix(bytes);
  if (unread_.empty() && !body.has_news()) {
    (void)body.read_buffered();  // gives back what the piece was in, and window for it
    may_read_ = body.complete();
  }
  return {bytes, bytes == 0 ? EAGAIN : 0};
}

net::IoResult Http2Tunnel::try_write(std::span<const iovec> pieces) {
  if (stream_.is_lost()) return {0, EPIPE};
  const std::size_t taken = stream_.take_over(pieces);
  return {taken, taken == 0 ? EAGAIN : 0};
}

net::Stream::Peer Http2Tunnel::look() {
  if (stream_.is_lost()) return Peer::failed;
  if (!unread_.empty()) return Peer::spoke;
  const http2::IncomingBody& body = stream_.request_body();
  if (body.holds_bytes()) return Peer::spoke;
  return body.ended() ? Peer::closed : Peer::silent;
}

void Http2Tunnel::shutdown_write() { stream_.end_response(); }

/// What was said, and its end, still goes.
void Http2Tunnel::do_close() {
  if (!stream_.will_end()) stream_.give_up(NGHTTP2_CANCEL);
}

void Http2Tunnel::do_reset() { stream_.give_up(reset_code_); }

void Http2Tunnel::go_on() {
  if (look() != Peer::silent) became_readable();
  if (stream_.is_lost() || stream_.is_hungry()) became_writable();
}

}  // namespace headgate::server
