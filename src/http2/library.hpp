// nghttp2's objects, and what its callbacks bring, in C++.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string_view>

namespace headgate::http2 {

struct Delete {
  void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  void operator()(nghttp2_session_callbacks* callbacks) const { nghttp2_session_callbacks_del(callbacks); }
  void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
};
using SessionPtr = std::unique_ptr<nghttp2_session, Delete>;
using CallbacksPtr = std::unique_ptr<nghttp2_session_callbacks, Delete>;
using OptionPtr = std::unique_ptr<nghttp2_option, Delete>;

/// For callbacks: nothing may be thrown through nghttp2, which is C. Out of memory, its session ends.
template <class Act>
int guarded(Act act) noexcept {
  try {
    return act();
  } catch (const std::exception&) {
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }
}

inline CallbacksPtr make_callbacks() {
  nghttp2_session_callbacks* made = nullptr;
  if (nghttp2_session_callbacks_new(&made) != 0) throw std::bad_alloc{};
  return CallbacksPtr{made};
}

inline OptionPtr make_option() {
  nghttp2_option* made = nullptr;
  if (nghttp2_option_new(&made) != 0) throw std::bad_alloc{};
  return OptionPtr{made};
}

/// What nghttp2 may send as one field section when the HTTP/1.1 head that it is made of was read within `head_bytes`:
/// it reckons with 12 bytes more for each field, which took 4 at least, and our own rules may add some.
constexpr std::size_t longest_section(std::size_t head_bytes) { return 4 * head_bytes + std::size_t{64} * 1024; }

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

inline bool has(const nghttp2_frame_hd& head, std::uint8_t flag) { return (head.flags & flag) != 0; }

/// DATA that brings nothing although it has bytes (RFC 9113 s6.1). One that has none shows as it begins.
inline bool is_mere_padding(const nghttp2_frame& frame) {
  return frame.hd.type == NGHTTP2_DATA && !has(frame.hd, NGHTTP2_FLAG_END_STREAM) && frame.hd.length != 0 &&
         frame.data.padlen == frame.hd.length;
}

}  // namespace headgate::http2
