#pragma once

#include "net/event_loop.hpp"
#include "net/stream.hpp"

namespace headgate::net {

/// Takes over a connected, non-blocking socket of that family.
StreamPtr make_socket_stream(EventLoop& loop, int fd, int family);

}  // namespace headgate::net
