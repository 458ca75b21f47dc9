#include "http/request_id.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace headgate::http {
namespace {

TEST(RequestId, Is32LowerCaseHexadecimalDigits) {
  RequestIdSource source;

  const RequestIdSource::Id id = source.next();

  EXPECT_EQ(view(id).size(), 32U);
  EXPECT_EQ(view(id).find_first_not_of("0123456789abcdef"), std::string_view::npos);
}

TEST(RequestId, DiffersEachTimeAndBySource) {
  RequestIdSource a;
  RequestIdSource b;
  std::set<std::string> ids;

  for (int i = 0; i < 1000; ++i) {
    ids.emplace(view(a.next()));
    ids.emplace(view(b.next()));
  }

  EXPECT_EQ(ids.size(), 2000U);
}

TEST(RequestId, FollowsItsSeed) {
  RequestIdSource a{{1, 2, 3, 4}};
  RequestIdSource b{{1, 2, 3, 4}};

  EXPECT_EQ(a.next(), b.next());
}

TEST(RequestId, IsKeptOnlyWhenItIsHarmless) {
  EXPECT_TRUE(is_valid_request_id("aZ09._+/=-"));
  EXPECT_TRUE(is_valid_request_id(std::string(128, 'a')));
  for (const char* bad : {"", "a b", "a<b", "a\"b", "a\r\nb", "a{b", "\xc3\xa9"})
    EXPECT_FALSE(is_valid_request_id(bad));
  EXPECT_FALSE(is_valid_request_id(std::string(129, 'a')));
}

}  // namespace
}  // namespace headgate::http
