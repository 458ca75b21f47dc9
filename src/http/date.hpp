#pragma once

#include <chrono>
#include <string>

namespace headgate::http {

/// IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 s5.6.7). Meant to be cached for a second.
std::string format_date(std::chrono::system_clock::time_point time);

}  // namespace headgate::http
