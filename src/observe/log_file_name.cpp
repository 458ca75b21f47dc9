#include "observe/log_file_name.hpp"

#include <fmt/format.h>

#include <charconv>

namespace headgate::observe {

std::string log_file_name(std::string_view prefix, const CivilHour& hour) {
  return fmt::format("{}_{:04}_{:02}_{:02}_{:02}.log", prefix, hour.year, hour.month, hour.day, hour.hour);
}

std::optional<CivilHour> hour_of_log_file(std::string_view name) {
  for (const std::string_view prefix : {error_prefix, access_prefix}) {
    if (!name.starts_with(prefix) || name.size() != prefix.size() + std::string_view{"_YYYY_MM_DD_HH.log"}.size()) {
      continue;
    }
    const char* const digits = name.data() + prefix.size() + 1;
    CivilHour hour;
    std::from_chars(digits, digits + 4, hour.year);
    std::from_chars(digits + 5, digits + 7, hour.month);
    std::from_chars(digits + 8, digits + 10, hour.day);
    std::from_chars(digits + 11, digits + 13, hour.hour);
    const bool real = hour.month >= 1 && hour.month <= 12 && hour.day >= 1 && hour.day <= 31 && hour.hour >= 0 &&
                      hour.hour <= 23 && hour.year >= 0;
    if (real && log_file_name(prefix, hour) == name) return hour;
  }
  return std::nullopt;
}

}  // namespace headgate::observe
