#include "admin/path.hpp"

#include <gtest/gtest.h>

namespace headgate::admin {
namespace {

using Names = std::optional<std::vector<std::string>>;

TEST(MatchPath, TakesWhatStandsAtTheStars) {
  EXPECT_EQ(match_path("/a/*/b/*", "/a/one/b/two%20three?x=/y"), (Names{{"one", "two three"}}));
  EXPECT_EQ(match_path("/a", "/a"), (Names{std::in_place}));
}

TEST(MatchPath, DecodesASlashOnlyWithinASegment) {
  EXPECT_EQ(match_path("/*", "/unix%3A%2Frun%2Fx.sock"), (Names{{"unix:/run/x.sock"}}));
  EXPECT_FALSE(match_path("/*", "/unix:/run/x.sock"));
}

TEST(MatchPath, RefusesWhatIsLongerShorterOrBroken) {
  for (const char* target : {"/a", "/a/", "/a/x/", "/a/x/y", "a/x", "", "/a/%", "/a/%4", "/a/%zz", "/b/x"})
    EXPECT_FALSE(match_path("/a/*", target)) << target;
}

}  // namespace
}  // namespace headgate::admin
