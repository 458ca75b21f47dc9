#pragma once

#include <nghttp2/nghttp2.h>

#include <array>
#include <memory>
#include <vector>

#include "http/http2_fields.hpp"

namespace headgate::server {

/// What the HTTP/2 sessions of one worker share.
struct Http2Workspace {
  /// Of frames, in one write: one turn of the loop moves no more of a connection.
  static constexpr std::size_t out_bytes = 128 * 1024;

  Http2Workspace();

  struct DeleteCallbacks {
    void operator()(nghttp2_session_callbacks* callbacks) const { nghttp2_session_callbacks_del(callbacks); }
  };
  std::unique_ptr<nghttp2_session_callbacks, DeleteCallbacks> callbacks;
  std::vector<char> out;           ///< frames on their way; a session whose socket is full keeps it
  std::array<char, 32 * 1024> in;  ///< nghttp2 keeps what it needs of it
  http::Http2Fields fields;        ///< of the head that is being sent
};

}  // namespace headgate::server
