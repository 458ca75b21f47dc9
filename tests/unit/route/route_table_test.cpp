#include "route/route_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <thread>

#include "request.hpp"
#include "table.hpp"

namespace headgate::route {
namespace {

using namespace std::chrono_literals;

TEST(RouteTable, SaysNothingWhenNoRouteMatches) {
  const RouteTable table = TableOf{}.prefix("/a").build();
  Scratch scratch;

  const Lookup found = table.find(get("", "/b"), scratch);

  EXPECT_EQ(found.route, nullptr);
  EXPECT_FALSE(found.method_mismatch);
  EXPECT_EQ(found.allow, "");
}

TEST(RouteTable, ListsTheMethodsOfAllRoutesThatWouldMatch) {
  TableOf routes;
  routes.route("read", [](config::Match& match) {
    match.path = "/x";
    match.methods = {"GET"};
  });
  routes.route("write", [](config::Match& match) {
    match.path_prefix = "/";
    match.methods = {"POST", "GET", "PURGE"};
  });
  routes.route("elsewhere", [](config::Match& match) {
    match.path = "/y";
    match.methods = {"PATCH"};
  });
  routes.route("gold", [](config::Match& match) {
    match.path = "/x";
    match.methods = {"PUT"};
    match.headers = {{"x-tier", "gold"}};
  });
  const RouteTable table = routes.build();
  Scratch scratch;

  const Lookup found = table.find(request("DELETE", "", "/x"), scratch);

  EXPECT_EQ(found.route, nullptr);
  EXPECT_TRUE(found.method_mismatch);
  EXPECT_EQ(found.allow, "GET, HEAD, POST, PURGE");
}

TEST(RouteTable, ForgetsAMethodMismatchWhenALessSpecificRouteTakesTheRequest) {
  TableOf routes;
  routes.prefix("/");
  routes.route("read", [](config::Match& match) {
    match.path = "/x";
    match.methods = {"GET"};
  });
  const RouteTable table = routes.build();
  Scratch scratch;

  const Lookup found = table.find(request("DELETE", "", "/x"), scratch);

  ASSERT_NE(found.route, nullptr);
  EXPECT_EQ(found.route->name, "/");
  EXPECT_FALSE(found.method_mismatch);
}

TEST(RouteTable, CompilesWhatBecomesOfTheRequest) {
  config::Settings settings;
  config::Route& route = settings.routes.emplace_back();
  route.name = "api";
  route.upstreams = {{"b", 3}, {"a", 1}};
  route.request_headers.set = {{"X-A", "1"}};
  route.response_headers.remove = {"Server"};
  route.body_bytes = 7;
  route.client_body_idle = 8s;

  const RouteTable table = RouteTable::build(settings, {"a", "b"});

  const Route& compiled = table.routes().at(0);
  EXPECT_EQ(compiled.name, "api");
  ASSERT_EQ(compiled.targets.size(), 2U);
  EXPECT_EQ(compiled.targets[0].upstream_index, 1U);
  EXPECT_EQ(compiled.targets[1].upstream_index, 0U);
  EXPECT_EQ(compiled.total_weight, 4U);
  EXPECT_EQ(compiled.request_rules.lines(), "X-A: 1\r\n");
  EXPECT_TRUE(compiled.response_rules.drops(FieldId::server, "server"));
  EXPECT_EQ(compiled.body_bytes, 7U);
  EXPECT_EQ(compiled.client_body_idle, 8s);
}

std::string refusal(const config::Route& route) {
  config::Settings settings;
  settings.routes.push_back(route);
  try {
    (void)RouteTable::build(settings, {"web"});
  } catch (const std::invalid_argument& problem) {
    return problem.what();
  }
  return "none";
}

TEST(RouteTable, RefusesWhatValidationShouldHaveRefusedAndNamesTheRoute) {
  config::Route route;
  route.name = "bad";
  EXPECT_EQ(refusal(route), "route \"bad\": it has no upstream, redirect or response");

  route.upstreams = {{"nowhere", 1}};
  EXPECT_EQ(refusal(route), "route \"bad\": there is no upstream \"nowhere\"");

  route.upstreams = {{"web", 0}};
  EXPECT_EQ(refusal(route), "route \"bad\": no upstream has a weight above 0");

  route.upstreams = {{"web", 4'000'000'000}, {"web", 4'000'000'000}};
  EXPECT_EQ(refusal(route), "route \"bad\": the weights are too large");

  route.upstreams = {{"web", 1}};
  route.match.path_regex = "(";
  EXPECT_EQ(refusal(route).substr(0, 25), "route \"bad\": path_regex: ");

  route.match.path_regex.reset();
  route.match.hosts = {"*."};
  EXPECT_EQ(refusal(route), "route \"bad\": a host is empty");

  route.match.hosts.clear();
  route.request_headers.set = {{"Content-Length", "1"}};
  EXPECT_EQ(refusal(route), "route \"bad\": a header change names or holds what it may not");
}

TEST(RouteTable, KeepsItsRoutesInPlaceWhenItIsMoved) {
  RouteTable table = TableOf{}.prefix("/").build();
  Scratch scratch;
  const Route* before = table.find(get("", "/"), scratch).route;

  const RouteTable moved = std::move(table);

  EXPECT_EQ(moved.find(get("", "/"), scratch).route, before);
}

TEST(RouteTable, IsSharedByThreadsThatEachHaveTheirScratch) {
  const RouteTable table = TableOf{}.host("Example.org").regex("/a/[0-9]+").prefix("/").build();
  const auto ask = [&table] {
    Scratch scratch;
    for (int i = 0; i < 1000; ++i) {
      EXPECT_EQ(table.find(get("EXAMPLE.org", "/a/../b"), scratch).route->name, "Example.org");
      EXPECT_EQ(table.find(get("other", "/a/42"), scratch).route->name, "~/a/[0-9]+");
    }
  };

  std::thread other{ask};
  ask();
  other.join();
}

TEST(PickUpstream, FollowsTheWeightsExactly) {
  Route route;
  route.targets = {{4, 0, 0}, {5, 95, 95}, {6, 0, 95}, {7, 5, 100}};
  route.total_weight = 100;
  std::map<std::size_t, int> taken;

  for (std::uint32_t percent = 0; percent < 100; ++percent)
    ++taken[pick_upstream(route, static_cast<std::uint32_t>((std::uint64_t{percent} << 32U) / 100 + 1))];

  EXPECT_EQ(taken, (std::map<std::size_t, int>{{5, 95}, {7, 5}}));
}

TEST(PickUpstream, TakesItsWholeRange) {
  Route route;
  route.targets = {{0, 1, 1}, {1, 1, 2}, {2, 0, 2}};
  route.total_weight = 2;

  EXPECT_EQ(pick_upstream(route, 0), 0U);
  EXPECT_EQ(pick_upstream(route, 0x7FFFFFFF), 0U);
  EXPECT_EQ(pick_upstream(route, 0x80000000), 1U);
  EXPECT_EQ(pick_upstream(route, 0xFFFFFFFF), 1U);
}

TEST(PickUpstream, NeedsNoDrawForASingleTarget) {
  Route route;
  route.targets = {{3, 1, 1}};
  route.total_weight = 1;

  EXPECT_EQ(pick_upstream(route, 0xFFFFFFFF), 3U);
}

}  // namespace
}  // namespace headgate::route
