#pragma once

#include <chrono>

#include "http/head_parser.hpp"
#include "upstream/call.hpp"

namespace headgate::upstream {

/// What a call needs to know of its configuration.
struct CallOptions {
  http::HeadLimits limits;
  CallTimeouts timeouts;
  std::chrono::milliseconds connect;
  std::chrono::milliseconds tunnel_idle{3'600'000};
};

}  // namespace headgate::upstream
