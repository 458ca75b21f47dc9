#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "http/http2_fields.hpp"

namespace headgate::http2 {

/// What the HTTP/2 connections of one worker share.
struct Workspace {
  /// Of frames, in one write: one turn of the loop moves no more of a connection.
  static constexpr std::size_t out_bytes = 128 * 1024;

  std::vector<char> out;           ///< frames on their way; a connection whose socket is full keeps it
  std::array<char, 32 * 1024> in;  ///< nghttp2 keeps what it needs of it
  http::Http2Fields fields;        ///< of the head that is being sent
  std::string text;                ///< that head, as one of HTTP/1.1
  /// Connections whose owner has gone under calls that have ended: until the next turn, as those may still be on the
  /// stack.
  std::vector<std::shared_ptr<void>> ending;
};

}  // namespace headgate::http2
