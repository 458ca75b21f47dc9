#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

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

  /// `status`: what the client gets for it; 0 if nothing, or if the request is tried again.
  void failure(const Error& error, std::uint16_t status);
  /// One line for the finished exchange, if the access log is on.
  void access(std::uint16_t status, std::uint64_t bytes_received, std::uint64_t bytes_sent);

  // Views that the exchange keeps valid.
  const RequestHead* request = nullptr;
  std::string_view request_id;
  std::string_view client;
  std::string_view route;
  std::string_view upstream;
  std::string_view backend;

 private:
  [[nodiscard]] std::uint64_t now() const;
  void fill(observe::LogRecord& record) const;

  observe::LogWriter& writer_;
  bool exact_;
  std::uint16_t attempt_ = 0;
  std::uint64_t started_;
  std::uint64_t connect_started_ = 0;
  std::int64_t connect_us_ = -1;
  std::uint64_t sent_ = 0;
  std::int64_t first_byte_us_ = -1;
};

}  // namespace headgate::exchange
