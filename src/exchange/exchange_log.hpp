#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exchange/downstream.hpp"
#include "headgate/error.hpp"
#include "headgate/heads.hpp"
#include "observe/log_writer.hpp"

namespace headgate::exchange {

/// What is known of an exchange while it runs, for its lines in the error log and the access log. Times are exact when
/// the access log is on and have the kernel tick's resolution otherwise.
class ExchangeLog {
 public:
  explicit ExchangeLog(observe::LogWriter& writer);

  void connect_begins();
  void connected();
  void request_sent();
  void response_begins();
  void next_attempt() { ++attempt_; }

  /// The request failed. `status`: what the client gets for it; 0 if nothing.
  void failure(const Error& error, std::uint16_t status);
  /// An attempt failed, and the request is tried again: a warning whatever the cause.
  void retried(const Error& error);
  /// One line for the finished exchange, if the access log is on; with the cause of its first failure, if any.
  void access(std::uint16_t status);

  // Views that the exchange keeps valid.
  const RequestHead* request = nullptr;
  const Downstream* downstream = nullptr;  ///< counts the bytes
  std::string_view request_id;
  std::string_view client;
  std::string_view route;
  std::string_view upstream;
  std::string_view backend;

 private:
  [[nodiscard]] std::uint64_t now() const;
  void fill(observe::LogRecord& record) const;
  void write(observe::LogRecord& record, const Error& error);

  observe::LogWriter& writer_;
  bool exact_;
  Cause cause_ = Cause::none;
  std::uint16_t attempt_ = 0;
  std::uint64_t started_;
  std::uint64_t connect_started_ = 0;
  std::int64_t connect_us_ = -1;
  std::uint64_t sent_ = 0;
  std::int64_t first_byte_us_ = -1;
};

/// A request that was refused before it became an exchange: of its head only what was parsed is filled in, its views
/// valid.
struct RefusedHead {
  Error error;
  const RequestHead& head;
  std::string_view target;  ///< or the beginning of it
  std::string_view request_id;
  std::string_view client;
  std::uint64_t began;  ///< nanoseconds, of base::coarse_nanoseconds()
};
void log_refused_head(observe::LogWriter& writer, const RefusedHead& refused);
/// Its line in the access log, if that is on; `bytes_sent`: body of the error page.
void log_refused_access(observe::LogWriter& writer, const RefusedHead& refused, std::size_t bytes_sent);

}  // namespace headgate::exchange
