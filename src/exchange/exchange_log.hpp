#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "exchange/downstream.hpp"
#include "headgate/error.hpp"
#include "headgate/heads.hpp"
#include "observe/log_writer.hpp"
#include "observe/traffic_counters.hpp"

namespace headgate::exchange {

/// What is known of an exchange while it runs, for its lines in the error log and the access log, and for the metrics.
class ExchangeLog {
 public:
  explicit ExchangeLog(observe::LogWriter& writer);

  void connect_begins();
  void connected();
  void request_sent();
  /// Nanoseconds since the request was sent; none if it is still being sent.
  std::optional<std::uint64_t> response_begins();
  void next_attempt() {
    ++attempt_;
    sent_ = 0;
  }

  /// The request failed. `status`: what the client gets for it; 0 if nothing.
  void failure(const Error& error, std::uint16_t status);
  /// An attempt failed, and the request is tried again: a warning whatever the cause. `backend_status`: of the response
  /// that is dropped; 0: there is none.
  void retried(const Error& error, std::uint16_t backend_status = 0);
  /// The request is counted now, and not by how long its tunnel lasts.
  void tunnel_begins(std::uint16_t status);
  /// `how`: in words that last.
  void tunnel_ended(std::string_view how, std::uint64_t bytes_received, std::uint64_t bytes_sent);
  /// Counts the exchange, and writes one line if the access log is on; with the cause of its first failure, if any.
  void finished(std::uint16_t status);

  observe::RouteCounters* counters = nullptr;  ///< where the exchange is counted; null: nowhere
  // Views that the exchange keeps valid.
  const RequestHead* request = nullptr;
  const Downstream* downstream = nullptr;  ///< counts the bytes
  std::string_view request_id;
  std::string_view client;
  std::string_view route;
  std::string_view upstream;
  std::string_view backend;

 private:
  void count(std::uint16_t status, std::uint64_t duration);
  void fill(observe::LogRecord& record, std::uint64_t duration) const;
  void write(observe::LogRecord& record, const Error& error);

  observe::LogWriter& writer_;
  Cause cause_ = Cause::none;
  std::uint16_t attempt_ = 0;
  std::uint64_t started_;
  std::uint64_t connect_started_ = 0;
  std::int64_t connect_us_ = -1;
  std::uint64_t sent_ = 0;
  std::int64_t first_byte_us_ = -1;
  std::string_view tunnel_;  ///< how it ended
  std::uint64_t tunnel_received_ = 0;
  std::uint64_t tunnel_sent_ = 0;
  bool counted_ = false;
};

/// A request that was refused before it became an exchange: of its head only what was parsed is filled in, its views
/// valid.
struct RefusedHead {
  Error error;
  const RequestHead& head;
  std::string_view target;  ///< or the beginning of it
  std::string_view request_id;
  std::string_view client;
  std::uint64_t began;   ///< nanoseconds, of base::coarse_nanoseconds()
  bool answered = true;  ///< with the error's status; false: its HTTP/2 stream was reset
  [[nodiscard]] std::uint16_t status() const { return answered ? error.info().status : std::uint16_t{0}; }
};
void log_refused_head(observe::LogWriter& writer, const RefusedHead& refused);
/// Counts it, and writes its line in the access log, if that is on; `bytes_sent`: body of the error page.
void finish_refused_head(observe::LogWriter& writer, observe::RouteCounters& counters, const RefusedHead& refused,
                         std::size_t bytes_sent);

}  // namespace headgate::exchange
