#pragma once

#include <chrono>

namespace headgate::base {

/// For dates that others have set, such as those of certificates. It can jump: nothing is measured with it.
inline std::chrono::sys_seconds wall_clock_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace headgate::base
