#include "observe/civil_time.hpp"

#include <fmt/format.h>
#include <time.h>

#include <cstdlib>
#include <iterator>

namespace headgate::observe {
namespace {

tm broken_down(TimeStamp time, Zone zone) {
  const time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  tm result{};
  if (zone == Zone::local) {
    localtime_r(&seconds, &result);
  } else {
    gmtime_r(&seconds, &result);
  }
  return result;
}

}  // namespace

CivilHour civil_hour(TimeStamp time, Zone zone) {
  const tm t = broken_down(time, zone);
  return {t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour};
}

TimeStamp end_of(const CivilHour& hour, Zone zone) {
  tm t{};
  t.tm_year = hour.year - 1900;
  t.tm_mon = hour.month - 1;
  t.tm_mday = hour.day;
  t.tm_hour = hour.hour;
  t.tm_isdst = -1;
  const TimeStamp start{std::chrono::seconds{zone == Zone::local ? mktime(&t) : timegm(&t)}};
  const TimeStamp end = start + std::chrono::hours{1};
  return civil_hour(end, zone) == hour ? end + std::chrono::hours{1} : end;  // the first of a repeated hour
}

void append_rfc3339(std::string& out, TimeStamp time, Zone zone) {
  const tm t = broken_down(time, zone);
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}", t.tm_year + 1900, t.tm_mon + 1,
                 t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (time - second).count());
  if (zone == Zone::utc) {
    out += 'Z';
    return;
  }
  const long minutes = std::abs(t.tm_gmtoff) / 60;
  fmt::format_to(std::back_inserter(out), "{}{:02}:{:02}", t.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace headgate::observe
