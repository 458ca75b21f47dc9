#include "config/same_match.hpp"

#include <gtest/gtest.h>

namespace headgate::config {
namespace {

Match of_hosts(std::vector<std::string> hosts) {
  Match out;
  out.hosts = std::move(hosts);
  return out;
}

Match of_path(std::string path) {
  Match out;
  out.path = std::move(path);
  return out;
}

Match of_prefix(std::string prefix) {
  Match out;
  out.path_prefix = std::move(prefix);
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

TEST(SameMatch, KnowsThatGetIncludesHead) {
  Match get;
  get.methods = {"GET"};
  Match both;
  both.methods = {"HEAD", "GET"};
  SeenMatches seen;
  seen.add(get, 0);

  EXPECT_EQ(seen.add(both, 1), 0U);
}

TEST(SameMatch, ComparesPrefixesWithoutASlashAtTheirEnd) {
  SeenMatches seen;

  EXPECT_EQ(seen.add(of_prefix("/v1"), 0), std::nullopt);
  EXPECT_EQ(seen.add(of_prefix("/v1/"), 1), 0U);
  EXPECT_EQ(seen.add(of_prefix("/v10"), 2), std::nullopt);
}

TEST(SameMatch, TellsExactPathsWithAndWithoutASlashAtTheirEndApart) {
  SeenMatches seen;

  EXPECT_EQ(seen.add(of_path("/v1"), 0), std::nullopt);
  EXPECT_EQ(seen.add(of_path("/v1/"), 1), std::nullopt);
}

TEST(SameMatch, ComparesPathsInTheirNormalForm) {
  SeenMatches seen;
  seen.add(of_path("/~a"), 0);
  seen.add(of_prefix("/b%2fc"), 1);

  EXPECT_EQ(seen.add(of_path("/%7e%61"), 2), 0U);
  EXPECT_EQ(seen.add(of_prefix("/b%2Fc"), 3), 1U);
  EXPECT_EQ(seen.add(of_prefix("/b/c"), 4), std::nullopt);
}

TEST(SameMatch, TakesTheRootPrefixForAMatchWithoutAPath) {
  SeenMatches seen;
  seen.add(of_prefix("/"), 0);

  EXPECT_EQ(seen.add(Match{}, 1), 0U);
}

TEST(SameMatch, TellsKindsOfPathsApart) {
  Match regex;
  regex.path_regex = "/a";
  SeenMatches seen;

  EXPECT_EQ(seen.add(of_path("/a"), 0), std::nullopt);
  EXPECT_EQ(seen.add(of_prefix("/a"), 1), std::nullopt);
  EXPECT_EQ(seen.add(regex, 2), std::nullopt);
}

}  // namespace
}  // namespace headgate::config
