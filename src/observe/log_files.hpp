#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "observe/hourly_file_sink.hpp"
#include "observe/log_settings.hpp"

namespace spdlog {
class logger;
}

namespace headgate::observe {

/// The two loggers, their files, and what keeps the directory in order. The log thread uses it, the counters excepted.
class LogFiles {
 public:
  explicit LogFiles(LogSettings settings);
  ~LogFiles();

  /// `line` ends in a line feed.
  void write_error(TimeStamp time, Level level, std::string_view line);
  void write_access(TimeStamp time, std::string_view line);
  void flush();
  void reopen();
  void apply(LogSettings settings);

  /// Once a cycle: at each new hour, and once a minute between, closes past files and deletes what is expired.
  void keep_house(TimeStamp now);
  std::vector<Outage> take_recoveries();

  [[nodiscard]] const LogCounters& counters() const { return counters_; }
  [[nodiscard]] Zone zone() const { return settings_.local_time ? Zone::local : Zone::utc; }

 private:
  void set_console(bool on);

  LogSettings settings_;
  LogCounters counters_;
  std::shared_ptr<HourlyFileSink> error_file_;
  std::shared_ptr<HourlyFileSink> access_file_;
  std::unique_ptr<spdlog::logger> errors_;
  std::unique_ptr<spdlog::logger> accesses_;
  CivilHour last_hour_;
  TimeStamp next_sweep_{};
};

}  // namespace headgate::observe
