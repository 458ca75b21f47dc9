#pragma once

#include <chrono>
#include <functional>

#include "base/task.hpp"
#include "headgate/result.hpp"
#include "net/address.hpp"
#include "net/event_loop.hpp"
#include "net/stream.hpp"

namespace headgate::net {

/// Connects within `timeout`: upstream_connect_failed (with errno), upstream_connect_timeout or
/// proxy_out_of_descriptors.
base::Task<Result<StreamPtr>> connect(EventLoop& loop, SocketAddress address, std::chrono::milliseconds timeout);

/// How a pool gets its connections; tests bring their own.
using Connect = std::function<base::Task<Result<StreamPtr>>(EventLoop&, SocketAddress, std::chrono::milliseconds)>;

}  // namespace headgate::net
