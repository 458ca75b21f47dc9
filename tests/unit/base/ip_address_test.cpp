#include "base/ip_address.hpp"

#include <gtest/gtest.h>

namespace headgate::base {
namespace {

std::string text_of(std::string_view text) {
  const auto address = IpAddress::parse(text);
  return address ? address->to_text() : "none";
}

bool covers(std::string_view block, std::string_view address) {
  return Cidr::parse(block)->contains(*IpAddress::parse(address));
}

TEST(IpAddress, ReadsAndWritesBothFamilies) {
  EXPECT_EQ(text_of("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(text_of("2001:DB8:0:0:0:0:0:1"), "2001:db8::1");
  EXPECT_EQ(text_of("::"), "::");
}

TEST(IpAddress, TakesAMappedAddressForTheIPv4AddressThatItIs) {
  EXPECT_EQ(text_of("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.1"), IpAddress::parse("192.0.2.1"));
  EXPECT_FALSE(IpAddress::parse("::ffff:192.0.2.1")->is_v6());
}

TEST(IpAddress, RefusesEverythingElse) {
  for (const char* bad : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "0x7f.1", "::1%lo", "[::1]",
                          "a.example", "1.2.3.4:80", "1:2:3:4:5:6:7:8:9", "::1::"})
    EXPECT_FALSE(IpAddress::parse(bad)) << bad;
  EXPECT_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)));
  EXPECT_FALSE(IpAddress::parse(std::string(100, '1')));
}

TEST(Cidr, CoversItsBlockAndNothingElse) {
  EXPECT_TRUE(covers("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(covers("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(covers("192.0.2.128/25", "192.0.2.255"));
  EXPECT_FALSE(covers("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(covers("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(covers("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(Cidr, OfABareAddressCoversThatAlone) {
  EXPECT_TRUE(covers("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(covers("192.0.2.1", "192.0.2.2"));
}

TEST(Cidr, IgnoresHostBits) { EXPECT_TRUE(covers("10.1.2.3/8", "10.9.9.9")); }

TEST(Cidr, OfAllAddressesOfOneFamilyLeavesTheOtherOut) {
  EXPECT_TRUE(covers("0.0.0.0/0", "1.2.3.4"));
  EXPECT_FALSE(covers("0.0.0.0/0", "::1"));
  EXPECT_FALSE(covers("::/0", "1.2.3.4"));
}

TEST(Cidr, UnderstandsMappedBlocks) {
  EXPECT_TRUE(covers("::ffff:10.0.0.0/104", "10.1.1.1"));
  EXPECT_FALSE(Cidr::parse("::ffff:10.0.0.0/8"));
}

TEST(Cidr, RefusesBadPrefixes) {
  for (const char* bad :
       {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/ 8", "::/129", "x/8", "/8"})
    EXPECT_FALSE(Cidr::parse(bad)) << bad;
}

}  // namespace
}  // namespace headgate::base
