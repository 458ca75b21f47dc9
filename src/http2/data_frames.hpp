// How a body leaves in DATA frames: what nghttp2 asks of whoever has it, and where the bytes go.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "http/http2_fields.hpp"

namespace headgate::http2 {

/// Of a body, to be sent next.
struct Portion {
  std::size_t bytes = 0;
  bool last = false;
  bool wait = false;  ///< there is nothing yet
};

/// What nghttp2's read callback returns for it, which leaves the bytes where they are. Behind the last portion come the
/// trailers, if there are any: "Name: value\r\n" lines. `fields`: room for them.
ssize_t announce(const Portion& portion, std::string_view trailers, nghttp2_session* library, std::int32_t stream,
                 std::uint32_t& flags, http::Http2Fields& fields);

/// For the end of a body whose bytes have used the peer's window up. An end needs none (RFC 9113 s5.2), but nghttp2
/// asks for more of a body only while there is some: so it leaves as trailers, with or without fields. False: there is
/// window.
bool end_without_window(std::string_view trailers, nghttp2_session* library, std::int32_t stream,
                        http::Http2Fields& fields);

/// Appends a frame: the head that nghttp2 has made of it, and `bytes` of the body, which has
/// `bool take_portion(std::size_t bytes, std::vector<char>& out)`. False: they are not there any more, and nothing is
/// appended.
template <typename Body>
bool append_data(std::vector<char>& out, const std::uint8_t* head, Body& body, std::size_t bytes) {
  constexpr std::size_t head_bytes = 9;  // RFC 9113 s4.1
  const std::size_t before = out.size();
  out.insert(out.end(), head, head + head_bytes);
  if (body.take_portion(bytes, out)) return true;
  out.resize(before);
  return false;
}

}  // namespace headgate::http2
