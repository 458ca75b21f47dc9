// What tests of the log share. In their namespace: it is only for them.
#pragma once

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "observe/log_record.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::observe {

using nlohmann::json;
using testing::read_file;
using testing::TemporaryFolder;

/// Seconds since the epoch, with microseconds. 2026-11-24 07:00:00 UTC is `seven`.
inline TimeStamp at(std::int64_t seconds, std::int64_t microseconds = 0) {
  return TimeStamp{std::chrono::seconds{seconds} + std::chrono::microseconds{microseconds}};
}
inline constexpr std::int64_t seven = 1795503600;
inline constexpr std::int64_t hour = 3600;

/// Throws json::parse_error at the first line that is no JSON object.
inline std::vector<json> lines_of(const std::string& path) {
  std::istringstream text{read_file(path)};
  std::vector<json> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line));
  return lines;
}

inline LogRecord failure(Cause cause, std::int64_t seconds = seven) {
  LogRecord record;
  record.cause = cause;
  record.time = at(seconds);
  return record;
}

}  // namespace headgate::observe
