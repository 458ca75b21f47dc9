#include "http/cookie.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace headgate::http {
namespace {

std::vector<std::string> values(const Fields& fields, std::string_view name) {
  std::vector<std::string> result;
  find_cookie(fields, name, [&](std::string_view value) {
    result.emplace_back(value);
    return false;
  });
  return result;
}
std::vector<std::string> values(std::string_view cookies, std::string_view name = "id") {
  return values({{"Cookie", cookies, FieldId::cookie, false}}, name);
}
using Values = std::vector<std::string>;

TEST(Cookie, IsFoundWhereverItStands) {
  EXPECT_EQ(values("id=1"), Values{"1"});
  EXPECT_EQ(values("id=1; b=2"), Values{"1"});
  EXPECT_EQ(values("a=0; id=1; b=2"), Values{"1"});
  EXPECT_EQ(values("a=0; id=1"), Values{"1"});
}

TEST(Cookie, IsFoundByItsWholeNameInItsCase) { EXPECT_EQ(values("ID=1; idx=2; xid=3; i=4"), Values{}); }

TEST(Cookie, MayHaveAValueWithEqualsSignsOrNone) {
  EXPECT_EQ(values("id=a=b=="), Values{"a=b=="});
  EXPECT_EQ(values("id="), Values{""});
}

TEST(Cookie, OfSeveralAllAreShownInOrder) {
  EXPECT_EQ(values("id=1; id=2"), (Values{"1", "2"}));
  EXPECT_EQ(values({{"Cookie", "id=1", FieldId::cookie, false},
                    {"Accept", "id=no", FieldId::accept, false},
                    {"cookie", "id=2", FieldId::cookie, false}},
                   "id"),
            (Values{"1", "2"}));
}

TEST(Cookie, IsNotLookedForAnyFurtherOnceItIsTheOne) {
  int shown = 0;
  const bool found = find_cookie({{"Cookie", "id=1; id=2", FieldId::cookie, false}}, "id", [&](std::string_view) {
    ++shown;
    return true;
  });

  EXPECT_TRUE(found);
  EXPECT_EQ(shown, 1);
}

TEST(Cookie, SurvivesWhatNoBrowserSends) {
  EXPECT_EQ(values(""), Values{});
  EXPECT_EQ(values(";;; ;=;==;id;id ;\tid\t=\t1\t;"), Values{"1"});
  EXPECT_EQ(values("id"), Values{});
  EXPECT_EQ(values("=1", ""), Values{"1"});
  EXPECT_EQ(values(std::string(20'000, ';')), Values{});
  EXPECT_EQ(values("a=\"x; id=1\""), Values{"1\""}) << "a quoted string does not hide a semicolon";
}

}  // namespace
}  // namespace headgate::http
