#include "config/same_match.hpp"

#include <gtest/gtest.h>

namespace headgate::config {
namespace {

Match of_hosts(std::vector<std::string> hosts) {
  Match out;
  out.hosts = std::move(hosts);
  return out;
}

TEST(SameMatch, FindsTheEarlierRouteOfTheSameMatch) {
  SeenMatches seen;

  EXPECT_EQ(seen.add(of_hosts({}), 0), std::nullopt);
  EXPECT_EQ(seen.add(of_hosts({"a"}), 1), std::nullopt);
  EXPECT_EQ(seen.add(of_hosts({"a"}), 2), 1U);
  EXPECT_EQ(seen.add(of_hosts({}), 3), 0U);
}

TEST(SameMatch, LetsARoutePassThatHasOneNewHost) {
  SeenMatches seen;
  seen.add(of_hosts({"a", "b"}), 0);

  EXPECT_EQ(seen.add(of_hosts({"b", "c"}), 1), std::nullopt);
  EXPECT_EQ(seen.add(of_hosts({"c", "a"}), 2), 0U);
}

TEST(SameMatch, DoesNotTakeAHostNamedTwiceForAnEarlierRoute) {
  SeenMatches seen;

  EXPECT_EQ(seen.add(of_hosts({"a", "a"}), 0), std::nullopt);
}

TEST(SameMatch, ComparesConditionsWhateverTheirOrder) {
  Match first;
  first.methods = {"GET", "POST"};
  first.headers = {{"X-A", "1"}, {"x-b", "2"}};
  Match second;
  second.methods = {"POST", "GET"};
  second.headers = {{"X-B", "2"}, {"x-a", "1"}};
  SeenMatches seen;
  seen.add(first, 0);

  EXPECT_EQ(seen.add(second, 1), 0U);
}

TEST(SameMatch, TellsKindsOfPathsApart) {
  Match exact;
  exact.path = "/a";
  Match prefix;
  prefix.path_prefix = "/a";
  Match regex;
  regex.path_regex = "/a";
  SeenMatches seen;

  EXPECT_EQ(seen.add(exact, 0), std::nullopt);
  EXPECT_EQ(seen.add(prefix, 1), std::nullopt);
  EXPECT_EQ(seen.add(regex, 2), std::nullopt);
}

}  // namespace
}  // namespace headgate::config
