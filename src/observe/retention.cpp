#include "observe/retention.hpp"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <system_error>

#include "observe/log_file_name.hpp"

namespace headgate::observe {

std::vector<std::string> expired_log_files(std::vector<LogFileInfo> files, TimeStamp now, Zone zone,
                                           const RetentionLimits& limits) {
  std::sort(files.begin(), files.end(), [](const LogFileInfo& a, const LogFileInfo& b) {
    return std::tie(a.hour, a.name) < std::tie(b.hour, b.name);
  });
  std::uint64_t total = 0;
  for (const LogFileInfo& file : files) total += file.bytes;

  const CivilHour current = civil_hour(now, zone);
  std::vector<std::string> expired;
  for (const LogFileInfo& file : files) {
    if (file.hour >= current) break;
    const bool too_old = limits.age.count() > 0 && end_of(file.hour, zone) + limits.age <= now;
    const bool too_much = limits.total_bytes > 0 && total > limits.total_bytes;
    if (!too_old && !too_much)
      continue;  // not break: a local hour repeated may end later than its successor's name says
    total -= file.bytes;
    expired.push_back(file.name);
  }
  return expired;
}

std::vector<LogFileInfo> list_log_files(const std::string& directory) {
  std::vector<LogFileInfo> files;
  std::error_code error;
  std::filesystem::directory_iterator entry{directory, error};
  for (const std::filesystem::directory_iterator end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const auto hour = hour_of_log_file(name);
    std::error_code unreadable;
    if (!hour || !std::filesystem::is_regular_file(entry->symlink_status(unreadable))) continue;
    const std::uintmax_t bytes = entry->file_size(unreadable);
    files.push_back({name, *hour, unreadable ? 0 : bytes});
  }
  return files;
}

std::size_t enforce_retention(const std::string& directory, TimeStamp now, Zone zone, const RetentionLimits& limits) {
  std::size_t deleted = 0;
  for (const std::string& name : expired_log_files(list_log_files(directory), now, zone, limits)) {
    std::error_code gone_already;
    if (std::filesystem::remove(directory + "/" + name, gone_already)) ++deleted;
  }
  return deleted;
}

}  // namespace headgate::observe
