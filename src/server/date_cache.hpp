#pragma once

#include <time.h>

#include <chrono>
#include <string>

#include "http/date.hpp"

namespace headgate::server {

/// The Date of responses that lack one, made once a second.
class DateCache {
 public:
  const std::string& now() {
    timespec coarse{};
    clock_gettime(CLOCK_REALTIME_COARSE, &coarse);
    if (coarse.tv_sec != second_) {
      second_ = coarse.tv_sec;
      text_ = http::format_date(std::chrono::system_clock::from_time_t(second_));
    }
    return text_;
  }

 private:
  time_t second_ = -1;
  std::string text_;
};

}  // namespace headgate::server
