#pragma once

#include "net/event_loop.hpp"
#include "net/stream.hpp"

namespace headgate::net {

/// Takes over a connected, non-blocking socket.
StreamPtr make_socket_stream(EventLoop& loop, int fd);

}  // namespace headgate::net
