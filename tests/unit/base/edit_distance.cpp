#include "base/edit_distance.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace headgate {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsSubstitutionsAndSwaps) {
  EXPECT_EQ(edit_distance("weight", "weight"), 0U);
  EXPECT_EQ(edit_distance("weigth", "weight"), 1U);
  EXPECT_EQ(edit_distance("wight", "weight"), 1U);
  EXPECT_EQ(edit_distance("weeight", "weight"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
}

TEST(EditDistance, TakesLongTextsToBeFarApart) {
  const std::string longest(64, 'a');
  const std::string longer(65, 'a');

  EXPECT_EQ(edit_distance(longest, longest), 0U);
  EXPECT_EQ(edit_distance(longer, longer), 65U);
}

constexpr std::array<std::string_view, 4> keys{"weight", "url", "timeouts", "time_zone"};

TEST(Nearest, FindsTheKeyThatWasMeant) {
  EXPECT_EQ(nearest("weigth", keys), "weight");
  EXPECT_EQ(nearest("timeout", keys), "timeouts");
  EXPECT_EQ(nearest("uri", keys), "url");
}

TEST(Nearest, IgnoresCase) { EXPECT_EQ(nearest("URL", keys), "url"); }

TEST(Nearest, FindsNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("backends", keys), "");
  EXPECT_EQ(nearest("x", keys), "");
  EXPECT_EQ(nearest("", keys), "");
  EXPECT_EQ(nearest("url", {}), "");
}

}  // namespace
}  // namespace headgate
