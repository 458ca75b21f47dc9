// The log: workers -> one ring each -> log thread -> JSON lines -> spdlog loggers -> hourly files (docs/logs.md).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "observe/log_event.hpp"
#include "observe/log_settings.hpp"
#include "observe/log_writer.hpp"

namespace headgate::observe {

class LogFiles;

/// Reads the wall clock; tests pass their own.
using WallClock = std::function<TimeStamp()>;
TimeStamp wall_clock_now();

class Log {
 public:
  /// `writers`: number of workers. Nothing is opened before start().
  explicit Log(LogSettings settings, std::size_t writers = 1, WallClock clock = wall_clock_now);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Starts the log thread. It blocks every signal, so that they reach the threads that wait for them.
  void start();
  /// Writes what is queued and ends the thread. The workers have stopped writing before.
  void stop();

  /// The end that worker `index` writes to; stays valid as long as the log. Throws std::out_of_range.
  LogWriter& writer(std::size_t index) { return *writers_.at(index); }

  /// Any thread but a worker: takes a lock and allocates. Reports of reloads are written whatever the level is.
  void event(Level level, Cause cause, std::string_view message, std::vector<EventMember> members = {});

  /// Closes the files and opens them again (SIGUSR1, after logrotate moved them). Any thread; not from a signal
  /// handler.
  void reopen();
  /// Takes new settings: level and access at once, the rest within a cycle of the log thread. queue_records stays.
  void apply(LogSettings settings);

  /// Counters since the start; any thread.
  [[nodiscard]] std::uint64_t dropped() const;         ///< records that found a full queue
  [[nodiscard]] std::uint64_t written() const;         ///< lines that the kernel took
  [[nodiscard]] std::uint64_t write_failures() const;  ///< failed attempts to open or write a file
  [[nodiscard]] std::uint64_t lost() const;            ///< lines given up because a file could not be written
  [[nodiscard]] FailureTotals failures() const;        ///< that the workers met, or an event told of

  /// One cycle of the log thread. Tests that do not start() call it themselves.
  void cycle();

 private:
  void run();
  void take_orders();
  void take_events();
  bool write_lines();
  void write_event(const LogEvent& event);
  void write_record(const RecordView& record);
  void report_drops();
  void report_recoveries();
  LogWriter* earliest();

  LogSwitches switches_;
  WallClock clock_;
  std::vector<std::unique_ptr<LogWriter>> writers_;
  std::unique_ptr<LogFiles> files_;   // log thread
  std::vector<LogEvent> taken_;       // log thread: events that are not written yet
  std::string line_;                  // log thread; reused
  std::uint64_t reported_drops_ = 0;  // log thread
  bool busy_ = false;                 // log thread: the last cycle wrote something

  FailureCounters event_failures_;  // written with the lock held

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::vector<LogEvent> events_;
  std::optional<LogSettings> new_settings_;
  bool reopen_ = false;
  bool stopping_ = false;

  std::atomic<std::uint64_t> dropped_events_{0};
  std::thread thread_;
};

}  // namespace headgate::observe
