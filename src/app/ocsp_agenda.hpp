#pragma once

#include <algorithm>
#include <chrono>

namespace headgate::app {

/// When a responder is asked again after an answer: when half of the answer's validity is over, so that there is as
/// much time again for a responder that is away. Not more often than each minute.
inline std::chrono::seconds renew_after(std::chrono::sys_seconds valid_until, std::chrono::sys_seconds now) {
  return std::max<std::chrono::seconds>((valid_until - now) / 2, std::chrono::minutes{1});
}

/// After so many failures in a row: it doubles, from a second to an hour.
inline std::chrono::seconds retry_after(unsigned failures) {
  constexpr std::chrono::seconds longest = std::chrono::hours{1};
  return std::min(std::chrono::seconds{1U << std::min(failures == 0 ? 0U : failures - 1, 12U)}, longest);
}

}  // namespace headgate::app
