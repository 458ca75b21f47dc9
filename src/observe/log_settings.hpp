#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "observe/level.hpp"

namespace headgate::observe {

/// The configuration's "logging", member for member; app/ converts.
struct LogSettings {
  std::string directory = "logs";
  Level level = Level::warn;
  bool access = false;
  std::chrono::milliseconds retention{std::chrono::hours{168}};  ///< 0: for ever
  std::uint64_t max_total_bytes = 1024ULL * 1024 * 1024;         ///< both kinds of files together; 0: unlimited
  std::uint32_t queue_records =
      8192;                 ///< over all workers, at 256 bytes each; fixed at start, a reload does not change it
  bool local_time = false;  ///< file names, rotation and time stamps in local time instead of UTC
  bool console = false;     ///< also to stderr

  friend bool operator==(const LogSettings&, const LogSettings&) = default;
};

}  // namespace headgate::observe
