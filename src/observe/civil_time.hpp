#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "observe/log_record.hpp"

namespace headgate::observe {

enum class Zone : std::uint8_t { utc, local };

/// One hour of the calendar: what a file name says. In local time the hour that a change from summer time repeats is
/// one CivilHour of two hours' length.
struct CivilHour {
  int year = 0, month = 0, day = 0, hour = 0;
  friend auto operator<=>(const CivilHour&, const CivilHour&) = default;
};

CivilHour civil_hour(TimeStamp time, Zone zone);

/// When the (last) hour of that name ends.
TimeStamp end_of(const CivilHour& hour, Zone zone);

/// RFC 3339 with microseconds: "2026-11-24T07:00:00.000001Z", or with the offset in local time.
void append_rfc3339(std::string& out, TimeStamp time, Zone zone);

}  // namespace headgate::observe
