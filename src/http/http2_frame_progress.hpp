// Where a connection of HTTP/2 stands in its frames (RFC 9113 s4.1): whether the peer owes the rest of something.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace headgate::http {

/// Of what a client sends, its preface first. The bytes are checked elsewhere.
class Http2FrameProgress {
 public:
  /// The next bytes.
  void advance(std::string_view bytes);

  /// A frame has begun, or a head whose END_HEADERS has not come.
  [[nodiscard]] bool pending() const { return head_bytes_ != 0 || section_open_; }
  /// ... and it is DATA.
  [[nodiscard]] bool in_data() const;
  /// Frames, each head with its CONTINUATIONs as one.
  [[nodiscard]] std::uint64_t completed() const { return completed_; }

 private:
  static constexpr std::size_t head_size = 9;

  void begin();
  void end();

  std::array<std::uint8_t, head_size> head_{};
  std::size_t head_bytes_ = head_size;  ///< of the frame's head that have come; the preface is like a frame's payload
  std::size_t payload_ = 24;            ///< bytes of it to come
  std::uint64_t completed_ = 0;
  bool section_open_ = false;
};

}  // namespace headgate::http
