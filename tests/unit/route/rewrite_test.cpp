#include "route/rewrite.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "request.hpp"
#include "route/route_table.hpp"

namespace headgate::route {
namespace {

/// The target that goes upstream, of a table with one route.
std::string target(const config::Match& match, const std::optional<config::Rewrite>& rewrite, const RequestHead& head,
                   bool merge_slashes = true) {
  config::Settings settings;
  settings.paths.merge_slashes = merge_slashes;
  config::Route& route = settings.routes.emplace_back();
  route.match = match;
  route.upstreams.push_back({"web", 1});
  route.rewrite = rewrite;
  const RouteTable table = RouteTable::build(settings, {"web"});
  Scratch scratch;
  const Lookup found = table.find(head, scratch);
  std::string out = "GET ";
  append_target(out, *found.route, head, found.normalised_path);
  return out.substr(4);
}

std::string sent(std::string_view received, bool merge_slashes = true) {
  return target({}, std::nullopt, get("", received), merge_slashes);
}

std::string prefix_replaced(const std::string& prefix, const std::string& replacement, std::string_view received) {
  config::Match match;
  match.path_prefix = prefix;
  return target(match, config::Rewrite{replacement, std::nullopt, ""}, get("", received));
}

std::string match_replaced(const std::string& regex, const std::string& replacement, std::string_view received) {
  return target({}, config::Rewrite{std::nullopt, regex, replacement}, get("", received));
}

TEST(Target, WithoutARewriteIsWhatWasReceived) {
  EXPECT_EQ(sent("/a%2Fb;x=1/c?q=%7e&r"), "/a%2Fb;x=1/c?q=%7e&r");
  EXPECT_EQ(sent("/a?"), "/a?");
}

TEST(Target, IsThePathThatWasMatchedWhenNormalisationChangedIt) {
  EXPECT_EQ(sent("/public/%2e%2e/admin?x=.."), "/admin?x=..");
  EXPECT_EQ(sent("//a//b"), "/a/b");
  EXPECT_EQ(sent("//a//b", false), "//a//b");
}

TEST(Target, OfAnAbsoluteFormIsItsOriginForm) {
  RequestHead head = get("example.org", "/a?b");
  head.form = TargetForm::absolute;
  head.target = "http://example.org/a?b";

  EXPECT_EQ(target({}, std::nullopt, head), "/a?b");
}

TEST(Target, OfOptionsForTheServerStaysAStar) {
  RequestHead absolute = request("OPTIONS", "example.org", "/");
  absolute.form = TargetForm::absolute;
  absolute.target = "http://example.org";

  EXPECT_EQ(target({}, std::nullopt, request("OPTIONS", "", "*")), "*");
  EXPECT_EQ(target({}, std::nullopt, absolute), "*");
}

TEST(Target, OfOptionsForTheRootPathStaysTheRootPath) {
  RequestHead absolute = request("OPTIONS", "example.org", "/");
  absolute.form = TargetForm::absolute;
  absolute.target = "http://example.org/";

  EXPECT_EQ(target({}, std::nullopt, request("OPTIONS", "", "/")), "/");
  EXPECT_EQ(target({}, std::nullopt, absolute), "/");
}

TEST(ReplacedPrefix, KeepsTheRestAndTheQuery) {
  EXPECT_EQ(prefix_replaced("/v1/", "/", "/v1/users/7?x=1"), "/users/7?x=1");
  EXPECT_EQ(prefix_replaced("/v1", "/api/v2", "/v1/users"), "/api/v2/users");
  EXPECT_EQ(prefix_replaced("/v1", "/api/v2/", "/v1/users"), "/api/v2/users");
}

TEST(ReplacedPrefix, OfTheWholePathLeavesTheReplacement) {
  EXPECT_EQ(prefix_replaced("/v1", "/", "/v1"), "/");
  EXPECT_EQ(prefix_replaced("/v1", "/new", "/v1"), "/new");
  EXPECT_EQ(prefix_replaced("/v1", "/new", "/v1/"), "/new/");
  EXPECT_EQ(prefix_replaced("/v1", "", "/v1"), "/");
}

TEST(ReplacedPrefix, OfTheRootPutsAFolderInFront) {
  EXPECT_EQ(prefix_replaced("/", "/app", "/x"), "/app/x");
  EXPECT_EQ(prefix_replaced("/", "/app", "/"), "/app/");
}

TEST(ReplacedPrefix, IsCountedInTheNormalisedPath) {
  EXPECT_EQ(prefix_replaced("/%7euser", "/home", "/%7Euser/x"), "/home/x");
  EXPECT_EQ(prefix_replaced("/v1", "/", "/x/%2e%2e/v1/users"), "/users");
}

TEST(ReplacedPrefix, StandsForTheWholeOfAnExactPath) {
  config::Match match;
  match.path = "/old";

  EXPECT_EQ(target(match, config::Rewrite{"/new/place", std::nullopt, ""}, get("", "/old?a")), "/new/place?a");
}

TEST(ReplacedMatch, MayUseGroups) {
  EXPECT_EQ(match_replaced("^/users/([0-9]+)/(.*)$", "/\\2/of/\\1", "/users/7/posts?x"), "/posts/of/7?x");
}

TEST(ReplacedMatch, IsTheFirst) { EXPECT_EQ(match_replaced("one", "two", "/one/x/one"), "/two/x/one"); }

TEST(ReplacedMatch, LeavesThePathAloneWhenThereIsNone) { EXPECT_EQ(match_replaced("^/z", "/y", "/a"), "/a"); }

TEST(ReplacedMatch, MayAddAQueryThatTheReceivedOneIsAppendedTo) {
  EXPECT_EQ(match_replaced("^/item/(.+)$", "/item?id=\\1", "/item/7?full=1"), "/item?id=7&full=1");
  EXPECT_EQ(match_replaced("^/item/(.+)$", "/item?id=\\1", "/item/7"), "/item?id=7");
}

TEST(ReplacedMatch, AlwaysGivesAPath) {
  EXPECT_EQ(match_replaced("^/a/", "", "/a/b"), "/b");
  EXPECT_EQ(match_replaced("^.*$", "", "/a/b"), "/");
}

TEST(ReplacedMatch, NeverClimbsOutOfTheFolderThatTheReplacementNames) {
  EXPECT_EQ(match_replaced("^/img(.*)$", "/data/img/\\1", "/img../secret"), "/data/img/secret");
  EXPECT_EQ(match_replaced("^/img(.*)$", "/data/\\1", "/img.."), "/data/");
  EXPECT_EQ(match_replaced("^/img(.*)$", "/data/\\1?p=/../x", "/img."), "/data/?p=/../x");
}

TEST(Rewrite, RefusesWhatNoTargetMayHold) {
  EXPECT_THROW((Rewrite{config::Rewrite{"/a b", std::nullopt, ""}, 0}), std::invalid_argument);
  EXPECT_THROW((Rewrite{config::Rewrite{"/a\r\nx: y", std::nullopt, ""}, 0}), std::invalid_argument);
  EXPECT_THROW((Rewrite{config::Rewrite{"a", std::nullopt, ""}, 0}), std::invalid_argument);
  EXPECT_THROW((Rewrite{config::Rewrite{std::nullopt, "(", "/a"}, 0}), std::invalid_argument);
  EXPECT_THROW((Rewrite{config::Rewrite{std::nullopt, "(a)", "/\\2"}, 0}), std::invalid_argument);
}

}  // namespace
}  // namespace headgate::route
