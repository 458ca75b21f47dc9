// Which of several routes takes a request: docs/routing.md.
#include <gtest/gtest.h>

#include "request.hpp"
#include "table.hpp"

namespace headgate::route {
namespace {

TEST(Hosts, PreferTheExactThenTheLongestWildcardThenNone) {
  TableOf table;
  table.prefix("/").host("*.org").host("*.example.org").host("a.example.org");

  EXPECT_EQ(table.taking(get("a.example.org", "/")), "a.example.org");
  EXPECT_EQ(table.taking(get("b.example.org", "/")), "*.example.org");
  EXPECT_EQ(table.taking(get("x.a.example.org", "/")), "*.example.org");
  EXPECT_EQ(table.taking(get("other.org", "/")), "*.org");
  EXPECT_EQ(table.taking(get("example.com", "/")), "/");
  EXPECT_EQ(table.taking(get("", "/")), "/");
}

TEST(Hosts, OfAWildcardNeedAtLeastOneMoreLabel) {
  TableOf table;
  table.host("*.example.org");

  EXPECT_EQ(table.taking(get("example.org", "/")), "none");
  EXPECT_EQ(table.taking(get(".example.org", "/")), "none");
  EXPECT_EQ(table.taking(get("badexample.org", "/")), "none");
}

TEST(Hosts, AreComparedWithoutCasePortAndTrailingDot) {
  TableOf table;
  table.host("API.example.com").host("[::1]");

  EXPECT_EQ(table.taking(get("api.Example.COM.:8443", "/")), "API.example.com");
  EXPECT_EQ(table.taking(get("[0::1]:80", "/")), "[::1]");
}

TEST(Hosts, FallThroughToLessSpecificOnesWhenThePathDoesNotMatch) {
  TableOf table;
  table.prefix("/");
  table.route("api", [](config::Match& match) {
    match.hosts = {"api.example.com"};
    match.path_prefix = "/v1";
  });

  EXPECT_EQ(table.taking(get("api.example.com", "/v1/users")), "api");
  EXPECT_EQ(table.taking(get("api.example.com", "/v2")), "/");
}

TEST(Hosts, WeighMoreThanPaths) {
  TableOf table;
  table.exact("/a/b").host("example.org");

  EXPECT_EQ(table.taking(get("example.org", "/a/b")), "example.org");
}

TEST(Paths, PreferExactThenRegexThenTheLongestPrefixThenNone) {
  TableOf table;
  table.route("all", [](config::Match&) {})
      .prefix("/")
      .prefix("/a")
      .prefix("/a/b")
      .regex("/a/b/[0-9]+")
      .exact("/a/b/7");

  EXPECT_EQ(table.taking(get("", "/a/b/7")), "=/a/b/7");
  EXPECT_EQ(table.taking(get("", "/a/b/8")), "~/a/b/[0-9]+");
  EXPECT_EQ(table.taking(get("", "/a/b/x")), "/a/b");
  EXPECT_EQ(table.taking(get("", "/a/bc")), "/a");
  EXPECT_EQ(table.taking(get("", "/b")), "/");
}

TEST(Paths, WithoutAPathMatchLast) {
  TableOf table;
  table.route("all", [](config::Match&) {}).prefix("/");

  EXPECT_EQ(table.taking(get("", "/x")), "/");
}

TEST(Paths, MatchPrefixesOnSegmentBordersOnly) {
  TableOf table;
  table.prefix("/v1");

  EXPECT_EQ(table.taking(get("", "/v1")), "/v1");
  EXPECT_EQ(table.taking(get("", "/v1/")), "/v1");
  EXPECT_EQ(table.taking(get("", "/v1/x")), "/v1");
  EXPECT_EQ(table.taking(get("", "/v10")), "none");
  EXPECT_EQ(table.taking(get("", "/v1%2Fx")), "none");
  EXPECT_EQ(table.taking(get("", "/V1")), "none");
}

TEST(Paths, TakeAPrefixWithASlashAtItsEndAsTheOneWithout) {
  TableOf table;
  table.prefix("/v1/");

  EXPECT_EQ(table.taking(get("", "/v1")), "/v1/");
  EXPECT_EQ(table.taking(get("", "/v1/x")), "/v1/");
  EXPECT_EQ(table.taking(get("", "/v10")), "none");
}

TEST(Paths, DistinguishAnExactPathFromTheOneWithASlash) {
  TableOf table;
  table.exact("/v1");

  EXPECT_EQ(table.taking(get("", "/v1/")), "none");
}

TEST(Paths, CannotSlipPastARouteByASpelling) {
  TableOf table;
  table.prefix("/").prefix("/admin");

  for (const char* target : {"/admin/", "/public/../admin", "/public/%2e%2e/admin/x", "//admin", "/%61dmin", "/./admin",
                             "/../admin", "/admin/x/..", "/a/b/..//../admin"})
    EXPECT_EQ(table.taking(get("", target)), "/admin") << target;
}

TEST(Paths, InTheConfigurationAreNormalisedToo) {
  TableOf table;
  table.prefix("/%7euser").exact("/caf%c3%a9");

  EXPECT_EQ(table.taking(get("", "/~user/x")), "/%7euser");
  EXPECT_EQ(table.taking(get("", "/caf%C3%A9")), "=/caf%c3%a9");
}

TEST(Paths, MatchRegexesInFileOrderAndAsAWhole) {
  TableOf table;
  table.regex("/api/.*").regex("/api/v[0-9]+").regex(".*\\.php");

  EXPECT_EQ(table.taking(get("", "/api/v2")), "~/api/.*");
  EXPECT_EQ(table.taking(get("", "/x/api/v2")), "none");
  EXPECT_EQ(table.taking(get("", "/api/index.php")), "~/api/.*");
  EXPECT_EQ(table.taking(get("", "/index.php")), "~.*\\.php");
  EXPECT_EQ(table.taking(get("", "/index.php5")), "none");
}

TEST(Paths, MatchRegexesThatBeginWithAlternativesOrWithoutCase) {
  TableOf table;
  table.regex("(/a|/b)/x").regex("(?i)/Case/.*").regex("^/anchored$");

  EXPECT_EQ(table.taking(get("", "/b/x")), "~(/a|/b)/x");
  EXPECT_EQ(table.taking(get("", "/cASE/1")), "~(?i)/Case/.*");
  EXPECT_EQ(table.taking(get("", "/anchored")), "~^/anchored$");
}

TEST(Conditions, MakeTheRouteWithMoreOfThemComeFirst) {
  TableOf table;
  table.prefix("/");
  table.route("gold", [](config::Match& match) {
    match.path_prefix = "/";
    match.headers = {{"x-tier", "gold"}};
  });
  table.route("gold get", [](config::Match& match) {
    match.path_prefix = "/";
    match.headers = {{"X-Tier", "gold"}};
    match.methods = {"GET"};
  });

  EXPECT_EQ(table.taking(request("GET", "", "/", {{"X-TIER", "gold"}})), "gold get");
  EXPECT_EQ(table.taking(request("PUT", "", "/", {{"X-TIER", "gold"}})), "gold");
  EXPECT_EQ(table.taking(request("GET", "", "/", {{"X-TIER", "Gold"}})), "/");
}

TEST(Conditions, OfALongerPrefixThatDoNotHoldLeaveTheRequestToTheShorter) {
  TableOf table;
  table.prefix("/a");
  table.route("beta", [](config::Match& match) {
    match.path_prefix = "/a/b";
    match.query = {{"beta", "1"}};
  });

  EXPECT_EQ(table.taking(get("", "/a/b?beta=1")), "beta");
  EXPECT_EQ(table.taking(get("", "/a/b?beta=2")), "/a");
}

TEST(Conditions, ThatTieAreTriedInFileOrder) {
  TableOf table;
  table.route("first", [](config::Match& match) { match.path = "/x"; });
  table.route("second", [](config::Match& match) { match.path = "/x"; });

  EXPECT_EQ(table.taking(get("", "/x")), "first");
}

TEST(OptionsOfTheServer, AreMatchedAsTheRootPath) {
  TableOf table;
  table.exact("/");

  EXPECT_EQ(table.taking(request("OPTIONS", "", "*")), "=/");
}

}  // namespace
}  // namespace headgate::route
