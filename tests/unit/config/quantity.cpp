#include "config/quantity.hpp"

#include <gtest/gtest.h>

namespace headgate::config {
namespace {

TEST(Quantity, ReadsDurationsWithTheirUnits) {
  EXPECT_EQ(parse_duration("250ms").value, 250ms);
  EXPECT_EQ(parse_duration("5s").value, 5s);
  EXPECT_EQ(parse_duration("1m").value, 60s);
  EXPECT_EQ(parse_duration("168h").value, 168h);
  EXPECT_EQ(parse_duration("0s").value, 0s);
}

TEST(Quantity, SaysWhatIsWrongWithADuration) {
  EXPECT_EQ(parse_duration("").problem, "it does not begin with a whole number");
  EXPECT_EQ(parse_duration("-5s").problem, "it does not begin with a whole number");
  EXPECT_EQ(parse_duration("5").problem, "the unit is missing: ms, s, m or h");
  EXPECT_EQ(parse_duration("1.5s").problem, "fractions are not taken; use a smaller unit");
  EXPECT_EQ(parse_duration("5S").problem, "the unit \"S\" is not one of ms, s, m and h");
  EXPECT_EQ(parse_duration("5s ").problem, "the unit \"s \" is not one of ms, s, m and h");
  EXPECT_EQ(parse_duration("9223372036854775807h").problem, "the number is too large");
  EXPECT_EQ(parse_duration("99999999999999999999ms").problem, "the number is too large");
}

TEST(Quantity, WritesDurationsAsTheExamplesDo) {
  EXPECT_EQ(format(60s), "60s");
  EXPECT_EQ(format(1h), "1h");
  EXPECT_EQ(format(300s), "300s");
  EXPECT_EQ(format(1500ms), "1500ms");
  EXPECT_EQ(format(0s), "0s");
}

TEST(Quantity, ReadsSizesWithAndWithoutUnits) {
  EXPECT_EQ(parse_size("512").value, 512U);
  EXPECT_EQ(parse_size("512B").value, 512U);
  EXPECT_EQ(parse_size("32KiB").value, 32U * 1024);
  EXPECT_EQ(parse_size("10MiB").value, 10U * 1024 * 1024);
  EXPECT_EQ(parse_size("1GiB").value, 1024U * 1024 * 1024);
}

TEST(Quantity, OffersTheBinaryUnitForADecimalOne) {
  EXPECT_EQ(parse_size("10MB").problem, "units are KiB, MiB and GiB; did you mean \"10MiB\"?");
  EXPECT_EQ(parse_size("10k").problem, "units are KiB, MiB and GiB; did you mean \"10KiB\"?");
  EXPECT_EQ(parse_size("10TiB").problem, "the unit \"TiB\" is not one of KiB, MiB and GiB");
  EXPECT_EQ(parse_size("9999999999GiB").problem, "the number is too large");
  EXPECT_EQ(parse_size("MiB").problem, "it does not begin with a whole number");
}

TEST(Quantity, WritesSizesInTheLargestUnitThatDividesThem) {
  EXPECT_EQ(format_size(32 * 1024), "32KiB");
  EXPECT_EQ(format_size(1024ULL * 1024 * 1024), "1GiB");
  EXPECT_EQ(format_size(1000), "1000");
  EXPECT_EQ(format_size(0), "0");
}

}  // namespace
}  // namespace headgate::config
