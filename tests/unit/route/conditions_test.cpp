#include "route/conditions.hpp"

#include <gtest/gtest.h>

#include "request.hpp"
#include "route/query.hpp"

namespace headgate::route {
namespace {

Verdict judge(const config::Match& match, const RequestHead& head) { return Conditions{match}.judge(head); }

TEST(Methods, OfARouteForGetTakeHeadToo) {
  config::Match match;
  match.methods = {"GET"};

  EXPECT_EQ(judge(match, request("GET", "", "/")), Verdict::yes);
  EXPECT_EQ(judge(match, request("HEAD", "", "/")), Verdict::yes);
  EXPECT_EQ(judge(match, request("POST", "", "/")), Verdict::other_method);
}

TEST(Methods, OfARouteForHeadDoNotTakeGet) {
  config::Match match;
  match.methods = {"HEAD"};

  EXPECT_EQ(judge(match, request("GET", "", "/")), Verdict::other_method);
}

TEST(Methods, WithoutARegisteredNameAreComparedByTokenAndCase) {
  config::Match match;
  match.methods = {"PURGE"};

  EXPECT_EQ(judge(match, request("PURGE", "", "/")), Verdict::yes);
  EXPECT_EQ(judge(match, request("purge", "", "/")), Verdict::other_method);
  EXPECT_EQ(judge(match, request("GET", "", "/")), Verdict::other_method);
}

TEST(Methods, DoNotMatterWhenAFieldIsMissing) {
  config::Match match;
  match.methods = {"GET"};
  match.headers = {{"x-a", "*"}};

  EXPECT_EQ(judge(match, request("POST", "", "/")), Verdict::no);
}

TEST(HeaderConditions, AskForAnyFieldOfThatNameWithThatValue) {
  config::Match match;
  match.headers = {{"x-tier", "gold"}};

  EXPECT_EQ(judge(match, request("GET", "", "/", {{"X-Tier", "silver"}, {"x-tier", "gold"}})), Verdict::yes);
  EXPECT_EQ(judge(match, request("GET", "", "/", {{"X-Tier", "GOLD"}})), Verdict::no);
  EXPECT_EQ(judge(match, request("GET", "", "/", {{"X-Tiers", "gold"}})), Verdict::no);
}

TEST(HeaderConditions, WithAStarAskForPresence) {
  config::Match match;
  match.headers = {{"x-tier", "*"}};

  EXPECT_EQ(judge(match, request("GET", "", "/", {{"X-Tier", ""}})), Verdict::yes);
  EXPECT_EQ(judge(match, request("GET", "", "/")), Verdict::no);
}

TEST(Conditions, AllHaveToHold) {
  config::Match match;
  match.headers = {{"a", "1"}, {"b", "2"}};
  match.query = {{"q", "3"}};

  EXPECT_EQ(Conditions{match}.count(), 3U);
  EXPECT_EQ(judge(match, request("GET", "", "/?q=3", {{"a", "1"}, {"b", "2"}})), Verdict::yes);
  EXPECT_EQ(judge(match, request("GET", "", "/?q=3", {{"a", "1"}})), Verdict::no);
  EXPECT_EQ(judge(match, request("GET", "", "/?q=4", {{"a", "1"}, {"b", "2"}})), Verdict::no);
}

TEST(QueryParameters, AreFoundAnywhere) {
  EXPECT_TRUE(has_parameter("a=1&b=2&c=3", "a", "1"));
  EXPECT_TRUE(has_parameter("a=1&b=2&c=3", "b", "2"));
  EXPECT_TRUE(has_parameter("a=1&b=2&c=3", "c", "3"));
  EXPECT_FALSE(has_parameter("a=1&b=2&c=3", "d", "*"));
  EXPECT_FALSE(has_parameter("", "a", "*"));
  EXPECT_FALSE(has_parameter("xa=1", "a", "*"));
}

TEST(QueryParameters, AreComparedDecoded) {
  EXPECT_TRUE(has_parameter("b%65ta=%31", "beta", "1"));
  EXPECT_TRUE(has_parameter("q=a+b%2Bc", "q", "a b+c"));
  EXPECT_TRUE(has_parameter("q=100%", "q", "100%"));
  EXPECT_FALSE(has_parameter("q=%31x", "q", "1"));
}

TEST(QueryParameters, HaveAllValuesOfTheirRepetitions) {
  EXPECT_TRUE(has_parameter("a=1&a=2", "a", "1"));
  EXPECT_TRUE(has_parameter("a=1&a=2", "a", "2"));
}

TEST(QueryParameters, WithoutEqualsSignHaveAnEmptyValue) {
  EXPECT_TRUE(has_parameter("debug", "debug", "*"));
  EXPECT_TRUE(has_parameter("debug&x", "debug", ""));
  EXPECT_TRUE(has_parameter("debug=", "debug", ""));
  EXPECT_FALSE(has_parameter("debug=1", "debug", ""));
}

TEST(QueryParameters, KeepLaterEqualsSignsInTheValue) { EXPECT_TRUE(has_parameter("a=b=c", "a", "b=c")); }

}  // namespace
}  // namespace headgate::route
