#pragma once

#include <chrono>
#include <optional>
#include <span>

#include "base/connection_source.hpp"
#include "base/task.hpp"
#include "headgate/result.hpp"
#include "net/stream.hpp"

namespace headgate::net {

/// Takes a PROXY header off a connection on which nothing was read yet, and nothing of what follows it; none if the
/// connection begins with something else. `space`: at least most_proxy_header_bytes, while it runs. Errors:
/// proxy_header_bad, proxy_header_timeout, and client_closed when the connection ended before its first byte.
base::Task<Result<std::optional<base::ConnectionSource>>> take_proxy_header(Stream& stream, std::span<char> space,
                                                                            const DeadlineWheel& wheel,
                                                                            std::chrono::milliseconds limit);

}  // namespace headgate::net
