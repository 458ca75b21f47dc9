// The decisions of HTTP/2 connections to an endpoint, without a socket or a clock.
#pragma once

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "headgate/error.hpp"

namespace headgate::upstream {

/// Requests that a connection takes at a time: ours, and what the peer's SETTINGS allow.
constexpr std::size_t stream_limit(std::uint32_t own, std::uint32_t peers) { return std::min(own, peers); }

/// How many connections to begin, so that those on their way have room for all who wait. `streams`: that one is
/// expected to carry.
constexpr std::size_t connects_wanted(std::size_t waiting, std::size_t on_their_way, std::size_t streams) {
  const std::size_t each = std::max<std::size_t>(streams, 1);
  const std::size_t needed = (waiting + each - 1) / each;
  return needed > on_their_way ? needed - on_their_way : 0;
}

/// Whether a peer that has chosen HTTP/1.1 is asked for HTTP/2 once more: it may be another one by now. The connection
/// is lost if it is not.
constexpr bool asks_again(std::chrono::milliseconds since) { return since >= std::chrono::minutes{1}; }

/// A stream that ended before its response.
struct EndedStream {
  std::uint32_t code = 0;  ///< of RST_STREAM, or what the library makes of a GOAWAY
  bool goaway = false;     ///< the peer had said that its connection goes
  bool responded = false;  ///< a head has come
};

/// Nothing was done for it (RFC 9113 s8.7): it may be sent again, whatever its method.
constexpr bool was_refused(const EndedStream& stream) {
  return stream.code == NGHTTP2_REFUSED_STREAM && !stream.responded;
}

/// A request that a GOAWAY leaves out came just too late, as one does on a kept connection that closes.
inline Error error_of(const EndedStream& stream) {
  if (was_refused(stream) && stream.goaway) return {Cause::upstream_closed_reused, "GOAWAY"};
  if (was_refused(stream)) return {Cause::upstream_stream_refused};
  return {Cause::upstream_reset, nghttp2_http2_strerror(stream.code)};
}

/// A connection that was lost under a request. `came_too_late`: it had served others, and nothing has come on it since:
/// it may have been closed before the request came.
inline Error error_of_lost(int os_error, bool came_too_late, bool responded) {
  if (came_too_late && !responded) return {Cause::upstream_closed_reused, "", os_error};
  return {Cause::upstream_reset, os_error == 0 ? "closed" : "", os_error};
}

}  // namespace headgate::upstream
