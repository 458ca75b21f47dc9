#include "base/ascii.hpp"

#include <gtest/gtest.h>

namespace headgate::base {
namespace {

TEST(Ascii, ComparesLettersInAnyCaseAndNothingElse) {
  EXPECT_TRUE(iequals("Content-TYPE", "content-type"));
  EXPECT_FALSE(iequals("a", "ab"));
  EXPECT_FALSE(iequals("@[", "`{"));
  EXPECT_FALSE(iequals("\xc9", "\xe9"));
}

TEST(Ascii, KnowsTokens) {
  EXPECT_TRUE(is_token("!#$%&'*+-.^_`|~09azAZ"));
  for (const char* bad : {"", "a b", "a:", "a(", "\"a\"", "a/b", "\x7f", "\xe9", "a,b", "[a]"})
    EXPECT_FALSE(is_token(bad));
}

TEST(Ascii, KnowsFieldValues) {
  for (const char* good : {"", "a", "a\tb c", "\xff", "\"a\""}) EXPECT_TRUE(is_field_value(good)) << good;
  for (const char* bad : {" a", "a\t", "a\nb", "a\rb", "\x01", "\x7f"}) EXPECT_FALSE(is_field_value(bad));
  EXPECT_FALSE(is_field_value(std::string_view("a\0b", 3)));
}

TEST(Ascii, KnowsFramingFields) {
  EXPECT_TRUE(is_framing_field("TRANSFER-encoding"));
  EXPECT_FALSE(is_framing_field("Host"));
}

TEST(Ascii, TrimsSpacesAndTabs) {
  EXPECT_EQ(trim_ows(" \ta b\t "), "a b");
  EXPECT_EQ(trim_ows(" \t"), "");
}

TEST(Ascii, TakesListsApart) {
  std::string_view list = "a , ,b";

  EXPECT_EQ(next_list_element(list), "a");
  EXPECT_EQ(next_list_element(list), "");
  EXPECT_EQ(next_list_element(list), "b");
  EXPECT_TRUE(list.empty());
}

TEST(Ascii, ReadsHexadecimalDigits) {
  EXPECT_EQ(hex_value('9'), 9);
  EXPECT_EQ(hex_value('f'), 15);
  EXPECT_EQ(hex_value('A'), 10);
  EXPECT_EQ(hex_value('g'), -1);
  EXPECT_EQ(hex_value('@'), -1);
}

TEST(Ascii, LowersLettersOnly) { EXPECT_EQ(to_lower("AbC-1\xc9"), "abc-1\xc9"); }

}  // namespace
}  // namespace headgate::base
