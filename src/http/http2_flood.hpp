// What a client may do to an HTTP/2 connection that costs us more than it: rapid reset (CVE-2023-44487), streams that
// it makes us reset (CVE-2025-8671), floods of frames that ask for nothing (CVE-2019-9511 to -9518).
#pragma once

#include <chrono>
#include <cstdint>

#include "headgate/cause.hpp"

namespace headgate::http {

enum class Http2Event : std::uint8_t {
  reset,        ///< a stream that the client reset, or that we had to reset for its mistake
  control,      ///< a frame that asks for nothing: SETTINGS, PRIORITY, empty DATA, unknown
  reaction,     ///< control as well, unless explained: WINDOW_UPDATE, PING, HEADERS of a stream that is gone
  explanation,  ///< a frame of ours that may have some follow: DATA, RST_STREAM
};

/// Counts in spans of ten seconds: a client that keeps below the limits in each is no flood.
class Http2FloodGuard {
 public:
  static constexpr std::chrono::seconds span{10};
  /// To one explanation. A receiver tells of room for the stream and for the connection, some twice in a frame of
  /// 16 KiB; gRPC's measure the path with a PING for each frame, to choose their windows.
  static constexpr std::uint32_t reactions = 5;

  Http2FloodGuard(std::uint32_t resets, std::uint32_t control_frames) : resets_{resets}, control_{control_frames} {}

  /// `now`: on any clock that goes on. The cause to end the connection for, or none.
  Cause count(Http2Event event, std::chrono::milliseconds now);

 private:
  std::uint32_t resets_;
  std::uint32_t control_;
  std::chrono::milliseconds ends_{};
  std::uint32_t resets_seen_ = 0;
  std::uint32_t control_seen_ = 0;
  std::uint32_t explained_ = 0;  ///< reactions to come
};

}  // namespace headgate::http
