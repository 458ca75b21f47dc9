// Where nghttp2 takes its memory from: blocks for a stream and its frames come and go with every request, on one
// thread, and so are recycled as coroutine frames are.
#pragma once

#include <nghttp2/nghttp2.h>

namespace headgate::http {

/// For nghttp2_session_server_new3() and its like, which copy it.
nghttp2_mem* http2_memory();

}  // namespace headgate::http
