// Request targets (RFC 9112 s3.2, RFC 3986).
#pragma once

#include <cstddef>
#include <string_view>

#include "headgate/heads.hpp"
#include "headgate/result.hpp"

namespace headgate::http {

/// Scans a target, resumable. Refuses what RFC 3986 has no place for and receivers read differently: bytes outside of
/// ASCII, controls, space, '#', '\' in a path (some take it for '/'), and percent-encoding in a path that is malformed
/// or hides a NUL. Lets pass what RFC 3986 forbids too but browsers send raw and every server takes: " < > [ ] ^ ` { |
/// } anywhere, and '\' and stray '%' in a query.
class TargetScan {
 public:
  enum class Status { need_more, ended_by_space, bad };

  void reset() { query_at_ = 0; }
  /// Looks at bytes[at, end); `at` is moved to the first byte that was not accepted.
  Status scan(const char* bytes, std::size_t& at, std::size_t end);
  /// Offset of the first '?', 0 if none came.
  [[nodiscard]] std::size_t query_at() const { return query_at_; }

 private:
  std::size_t query_at_ = 0;
};

/// Fills in form, path, query and (absolute and authority form) authority from method and target. `query_at`: offset
/// of '?' in the target, or npos. CONNECT takes the authority form with a port and nothing else. That "*" is for
/// OPTIONS only remains to be checked, after the version: "PRI * HTTP/2.0" is another protocol, not a bad target.
Result<void> split_target(RequestHead& head, std::size_t query_at);

}  // namespace headgate::http
