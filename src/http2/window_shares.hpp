// How the window of a connection is shared out to its streams, so that those which stand still leave enough to those
// that flow, and hold no more than it together.
//
// Each stream begins with a window that is kept for it. Once bytes of it were taken, it gets the full one, as long as
// there is some to spare. No stream can hold more than it was given, and all was counted: what stands still uses up its
// own share and nobody else's.
#pragma once

#include <algorithm>
#include <cstdint>

namespace headgate::http2 {

class WindowShares {
 public:
  /// What every stream begins with until the peer has seen our SETTINGS (RFC 9113 s6.9.2), and so what it has anyway.
  static constexpr std::uint64_t first_window = 64 * 1024;

  struct Limits {
    std::uint64_t connection;  ///< bytes that all streams hold; raised to what the first windows and one full one need
    std::uint64_t stream;      ///< first_window or more
    std::uint32_t streams;
  };
  explicit WindowShares(const Limits& limits)
      : full_{limits.stream},
        held_{std::max(limits.connection, limits.streams * first_window + limits.stream - first_window)},
        spare_{held_ - limits.streams * first_window} {}

  [[nodiscard]] std::int32_t first() const { return static_cast<std::int32_t>(first_window); }
  [[nodiscard]] std::int32_t full() const { return static_cast<std::int32_t>(full_); }
  /// What the connection is given: as much again as the streams hold, since what was taken is given back in large parts
  /// (nghttp2: by halves).
  [[nodiscard]] std::int32_t connection() const {
    return static_cast<std::int32_t>(std::min<std::uint64_t>(2 * held_, 0x7fffffff));
  }

  /// A stream flows: true if it may have the full window from now on.
  bool widen() {
    if (spare_ < full_ - first_window) return false;
    spare_ -= full_ - first_window;
    return true;
  }
  /// A stream with the full window has ended.
  void give_back() { spare_ += full_ - first_window; }

 private:
  std::uint64_t full_;
  std::uint64_t held_;
  std::uint64_t spare_;
};

}  // namespace headgate::http2
