#pragma once

#include "http2/library.hpp"
#include "http2/workspace.hpp"

namespace headgate::server {

/// What the HTTP/2 sessions of one worker share.
struct Http2Workspace : http2::Workspace {
  Http2Workspace();

  http2::CallbacksPtr callbacks;
};

}  // namespace headgate::server
