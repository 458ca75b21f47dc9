// Types of sets of statuses.
#pragma once

#include <cstdint>

#include "config/option.hpp"
#include "config/upstream_settings.hpp"

namespace headgate::config {

/// An array of "200", "200-399" or numbers.
Type<StatusRanges> status_ranges(std::uint16_t least, std::uint16_t most);

/// An array of "connect_failure", "reset", "timeout", and statuses of HTTP and gRPC.
Type<RetryOn> retry_on();

}  // namespace headgate::config
