#include "http/date.hpp"

#include <gtest/gtest.h>

namespace headgate::http {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

TEST(Date, IsAnImfFixdate) {
  EXPECT_EQ(format_date(system_clock::time_point{seconds{784111777}}), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_date(system_clock::time_point{}), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace headgate::http
