// Durations and sizes as they are written in the configuration.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/outcome.hpp"
#include "config/settings.hpp"

namespace headgate::config {

/// A whole number and a unit: "250ms", "5s", "1m", "1h".
Outcome<Duration> parse_duration(std::string_view text);
/// In the largest of h, s and ms that divides it, as the examples write them: "60s", "1h", "250ms".
std::string format(Duration duration);

/// A whole number of bytes, or one with KiB, MiB or GiB: "512", "32KiB".
Outcome<std::uint64_t> parse_size(std::string_view text);
std::string format_size(std::uint64_t bytes);

}  // namespace headgate::config
