#pragma once

#include <algorithm>
#include <chrono>

namespace headgate::app {

/// When a responder is asked again after an answer: after half of the time that the answer is still valid for, so that
/// there is as much again for a responder that is away. Not more often than each minute; but each day, as an answer for
/// years, "99991231235959Z" among them, must not hide for years that the certificate was revoked.
inline std::chrono::seconds renew_after(std::chrono::sys_seconds valid_until, std::chrono::sys_seconds now) {
  constexpr std::chrono::seconds soonest = std::chrono::minutes{1};
  constexpr std::chrono::seconds latest = std::chrono::hours{24};
  return std::clamp<std::chrono::seconds>((valid_until - now) / 2, soonest, latest);
}

/// After so many failures in a row: it doubles, from a second to an hour.
inline std::chrono::seconds retry_after(unsigned failures) {
  constexpr std::chrono::seconds longest = std::chrono::hours{1};
  return std::min(std::chrono::seconds{1U << std::min(failures == 0 ? 0U : failures - 1, 12U)}, longest);
}

}  // namespace headgate::app
