// What a worker hands to its LogWriter: one failure, or one finished exchange for the access log.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "headgate/error.hpp"
#include "observe/inline_text.hpp"
#include "observe/level.hpp"

namespace headgate::observe {

/// Wall clock, UTC.
using TimeStamp = std::chrono::sys_time<std::chrono::microseconds>;

enum class RecordKind : std::uint8_t { failure, access };

/// The part of a record that has a fixed size. Absent values are left out of the line.
struct RecordNumbers {
  TimeStamp time{};                       ///< when it happened; zero: the writer reads the clock (vDSO, about 30 ns)
  std::int64_t total_us = -1;             ///< microseconds since the first byte of the request; -1: unknown
  std::int64_t connect_us = -1;           ///< of the last attempt
  std::int64_t first_byte_us = -1;        ///< end of request to first byte of the response
  std::int64_t bytes_sent = -1;           ///< response body bytes to the client
  std::int64_t bytes_received = -1;       ///< request body bytes from the client
  int os_error = 0;                       ///< errno
  std::uint16_t status = 0;               ///< sent to the client; 0: none
  std::uint16_t attempt = 0;              ///< attempts made so far; 0: none
  std::uint16_t worker = 0;               ///< filled in by the writer
  RecordKind kind = RecordKind::failure;  ///< filled in by the writer
  bool retried = false;                   ///< one attempt failed; the request was sent again
  Cause cause = Cause::none;
  std::optional<Level> level;  ///< default: default_level(cause)
  std::optional<Phase> phase;  ///< default: the cause's
};

/// Fill in what is known and pass it to LogWriter. About 1.1 KiB: build it on the stack when it is needed.
struct LogRecord : RecordNumbers {
  InlineText<36> request_id;
  InlineText<46> client;    ///< address, without port
  InlineText<48> listener;  ///< of a connection that has failed before a request
  InlineText<16> method;
  InlineText<96> host;
  InlineText<256> path;  ///< a query string may come along: it is cut off before anything is written
  InlineText<48> route;
  InlineText<48> upstream;
  InlineText<72> backend;
  InlineText<8> protocol;      ///< "HTTP/1.1"; access log only
  InlineText<128> user_agent;  ///< access log only
  // What a PROXY header told of the connection; access log only.
  InlineText<16> proxy_alpn;
  InlineText<64> proxy_authority;
  InlineText<64> proxy_unique_id;
  InlineText<24> tunnel;   ///< how it ended; access log only
  InlineText<160> detail;  ///< narrows the cause down; the sentence itself comes from the cause

  /// Takes cause, errno and detail; level and phase keep following the cause.
  void describe(const Error& error) noexcept {
    cause = error.cause;
    os_error = error.os_error;
    detail = error.detail;
  }
};
static_assert(std::is_trivially_copyable_v<LogRecord>);

/// Every text, in the order in which records are packed. `Record` is LogRecord or RecordView.
template <class Record, class Visit>
constexpr void for_each_text(Record& record, Visit visit) {
  visit(record.request_id), visit(record.client), visit(record.listener);
  visit(record.method), visit(record.host), visit(record.path);
  visit(record.route), visit(record.upstream), visit(record.backend), visit(record.protocol);
  visit(record.user_agent), visit(record.proxy_alpn), visit(record.proxy_authority), visit(record.proxy_unique_id);
  visit(record.tunnel), visit(record.detail);
}
inline constexpr std::size_t text_count = 16;

}  // namespace headgate::observe
