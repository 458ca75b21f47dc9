#pragma once

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "observe/append_file.hpp"
#include "observe/civil_time.hpp"

namespace headgate::observe {

/// Read by any thread, written by the log thread.
struct LogCounters {
  std::atomic<std::uint64_t> written{0};         ///< lines
  std::atomic<std::uint64_t> write_failures{0};  ///< attempts
  std::atomic<std::uint64_t> lost{0};            ///< lines
};

/// A time during which a file could not be written.
struct Outage {
  std::string path;
  int os_error = 0;
  std::uint64_t lost = 0;  ///< lines given up
};

/// Reads a clock that never goes back; tests pass their own.
using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

/// Lines into `<directory>/<prefix>_YYYY_MM_DD_HH.log`, each into the file of its own hour by its time stamp. Lines are
/// gathered until flush() or flush_bytes. When the disk or the directory fails, lines wait (up to pending_bytes, then
/// they are lost and counted) and the file is tried again every retry_pause. One thread uses it: the null mutex is
/// enough.
class HourlyFileSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  HourlyFileSink(std::string directory, std::string prefix, Zone zone, LogCounters& counters,
                 SteadyClock clock = std::chrono::steady_clock::now);
  ~HourlyFileSink() override;

  /// The next line opens its file anew; what waits is written before.
  void reopen();
  void move_to(std::string directory, Zone zone);
  /// The outage that ended since the last call, if one did.
  std::optional<Outage> take_recovery();
  /// Closes the file unless it is that of `now`, so that a file of a past hour is held by nobody.
  void close_past(const CivilHour& now);

  static constexpr std::size_t flush_bytes = 64 * 1024;
  static constexpr std::size_t pending_bytes = 256 * 1024;
  static constexpr std::chrono::seconds retry_pause{1};  ///< also between looks whether the file is still there

 private:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override;

  void turn_to(const CivilHour& hour);
  bool ready();
  void fail(int os_error);
  void recover();
  void give_up_pending();
  [[nodiscard]] std::string path() const;

  std::string directory_;
  std::string prefix_;
  Zone zone_;
  LogCounters& counters_;
  SteadyClock clock_;
  CivilHour hour_;
  AppendFile file_;
  std::string pending_;
  std::optional<Outage> outage_;     // now
  std::optional<Outage> recovered_;  // over
  std::chrono::steady_clock::time_point next_look_{};
};

}  // namespace headgate::observe
