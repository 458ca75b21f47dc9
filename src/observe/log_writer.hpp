#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "observe/log_record.hpp"
#include "observe/record_ring.hpp"
#include "observe/traffic_counters.hpp"

namespace headgate::observe {

/// What is written at present. Set by a reload, read by every worker.
struct LogSwitches {
  std::atomic<Level> level{Level::warn};
  std::atomic<bool> access{false};
};

struct TextView {
  std::string_view text;
  bool truncated = false;
};

/// A record as the log thread reads it out of the ring.
struct RecordView : RecordNumbers {
  TextView request_id, client, listener, method, host, path, route, upstream, backend, protocol, user_agent, proxy_alpn,
      proxy_authority, proxy_unique_id, tunnel, detail;
};

/// A worker's end of the log. failure() and access() belong to that worker's thread: they copy the bytes in use into a
/// ring and return; no lock, no allocation, no system call. When the ring is full the record is dropped and counted.
class LogWriter {
 public:
  LogWriter(const LogSwitches& switches, std::uint16_t worker, std::size_t ring_bytes);

  /// Ask before filling a record whose level may be switched off.
  [[nodiscard]] bool enabled(Level level) const noexcept {
    return level >= switches_->level.load(std::memory_order_relaxed);
  }
  [[nodiscard]] bool access_enabled() const noexcept { return switches_->access.load(std::memory_order_relaxed); }

  /// Every failure counts, also when its level is off and no record of it is made.
  void count(Cause cause) noexcept { failures_.add(cause); }
  [[nodiscard]] const FailureCounters& failures() const noexcept { return failures_; }
  /// Ignored when its level is off.
  void failure(const LogRecord& record) noexcept;
  /// Ignored when the access log is off.
  void access(const LogRecord& record) noexcept;

  /// Any thread.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

  /// Log thread: the oldest record, valid until pop().
  [[nodiscard]] const RecordView* front() noexcept;
  void pop() noexcept;

 private:
  void write(RecordKind kind, const LogRecord& record) noexcept;

  const LogSwitches* switches_;
  std::uint16_t worker_;
  RecordRing ring_;
  std::atomic<std::uint64_t> dropped_{0};  // written by the worker only
  FailureCounters failures_;
  alignas(64) std::optional<RecordView> front_;
};

}  // namespace headgate::observe
