#pragma once

#include "base/buffer.hpp"
#include "net/stream.hpp"

namespace headgate::net {

/// One side of a tunnel: a connection that speaks no HTTP any more, or a stream of one (RFC 8441).
struct TunnelEnd {
  Stream* stream = nullptr;
  base::Buffer* received = nullptr;  ///< what came behind the head that opened the tunnel
};

}  // namespace headgate::net
