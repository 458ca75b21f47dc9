#include "observe/civil_time.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include <cstdlib>

#include "support/log_lines.hpp"

namespace headgate::observe {
namespace {

std::string rfc3339(TimeStamp time, Zone zone) {
  std::string text;
  append_rfc3339(text, time, zone);
  return text;
}

/// The rules are spelt out, so that no time zone database is needed: Central Europe.
class InCentralEurope : public ::testing::Test {
 protected:
  InCentralEurope() { set("CET-1CEST,M3.5.0,M10.5.0/3"); }
  ~InCentralEurope() override { set("UTC0"); }

  static constexpr std::int64_t clocks_go_back = 1792890000;  // 2026-10-25T01:00:00Z

 private:
  static void set(const char* rule) {
    setenv("TZ", rule, 1);
    tzset();
  }
};

TEST(CivilTime, WritesUtcWithMicroseconds) {
  EXPECT_EQ(rfc3339(at(seven, 12), Zone::utc), "2026-11-24T07:00:00.000012Z");
  EXPECT_EQ(rfc3339(at(0), Zone::utc), "1970-01-01T00:00:00.000000Z");
}

TEST(CivilTime, TurnsToTheNextHourExactly) {
  EXPECT_EQ(civil_hour(at(seven, -1), Zone::utc), (CivilHour{2026, 11, 24, 6}));
  EXPECT_EQ(civil_hour(at(seven), Zone::utc), (CivilHour{2026, 11, 24, 7}));
}

TEST(CivilTime, KnowsWhenAnHourEnds) {
  EXPECT_EQ(end_of({2026, 11, 24, 6}, Zone::utc), at(seven));
  EXPECT_EQ(end_of({2024, 2, 28, 23}, Zone::utc), at(1709164800));  // the 29th follows
}

TEST_F(InCentralEurope, WritesTheOffset) {
  EXPECT_EQ(rfc3339(at(seven), Zone::local), "2026-11-24T08:00:00.000000+01:00");
  EXPECT_EQ(rfc3339(at(clocks_go_back, -1), Zone::local), "2026-10-25T02:59:59.999999+02:00");
  EXPECT_EQ(rfc3339(at(clocks_go_back), Zone::local), "2026-10-25T02:00:00.000000+01:00");
}

TEST_F(InCentralEurope, TheRepeatedHourIsOneOfTwoHours) {
  const CivilHour two{2026, 10, 25, 2};

  EXPECT_EQ(civil_hour(at(clocks_go_back - hour), Zone::local), two);
  EXPECT_EQ(civil_hour(at(clocks_go_back + hour, -1), Zone::local), two);
  EXPECT_EQ(end_of(two, Zone::local), at(clocks_go_back + hour));
}

TEST_F(InCentralEurope, ASummerHourEndsWhenItDoes) {
  EXPECT_EQ(end_of({2026, 7, 1, 12}, Zone::local), at(1782903600));  // 13:00 in summer is 11:00 UTC
}

}  // namespace
}  // namespace headgate::observe
