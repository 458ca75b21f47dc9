#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "observe/civil_time.hpp"

namespace headgate::observe {

struct LogFileInfo {
  std::string name;
  CivilHour hour;
  std::uint64_t bytes = 0;
};

struct RetentionLimits {
  std::chrono::milliseconds age{0};  ///< since the end of a file's hour; 0: for ever
  std::uint64_t total_bytes = 0;     ///< of all log files, error and access; 0: unlimited
};

/// Names of the files to delete, oldest first. Files of the hour of `now`, or later ones, stay in any case: they are
/// open.
std::vector<std::string> expired_log_files(std::vector<LogFileInfo> files, TimeStamp now, Zone zone,
                                           const RetentionLimits& limits);

/// The log files in `directory`; none when it cannot be read. Nothing but regular files with a log file's exact name.
std::vector<LogFileInfo> list_log_files(const std::string& directory);

/// Deletes what is expired. Returns how many files that were.
std::size_t enforce_retention(const std::string& directory, TimeStamp now, Zone zone, const RetentionLimits& limits);

}  // namespace headgate::observe
