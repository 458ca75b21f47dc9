#include "route/leaf.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "request.hpp"

namespace headgate::route {
namespace {

/// A leaf whose routes ask for these values of X-Tenant, "" for nothing.
struct Tenants {
  Leaf leaf;
  std::vector<Conditions> conditions;

  explicit Tenants(const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      config::Match match;
      if (!value.empty()) match.headers = {{"X-Tenant", value}};
      conditions.emplace_back(match);
    }
    for (std::uint32_t i = 0; i < values.size(); ++i) leaf.add(i, conditions);
  }

  [[nodiscard]] std::vector<std::uint32_t> visited(const RequestHead& head) const {
    std::vector<std::uint32_t> routes;
    Scratch scratch;
    auto visit = [&](std::uint32_t route) {
      routes.push_back(route);
      return false;
    };
    leaf.visit(head.fields, scratch, visit);
    return routes;
  }
};

TEST(Leaf, VisitsAFewRoutesOneByOne) {
  const Tenants tenants{{"a", "b", ""}};

  EXPECT_EQ(tenants.visited(get("", "/")), (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST(Leaf, OfManyVisitsOnlyThoseWhoseHeaderValueCameInOrder) {
  const Tenants tenants{{"a", "b", "", "c", "*", "b", "d", "e", "f", "g", "b", ""}};

  EXPECT_EQ(tenants.visited(request("GET", "", "/", {{"x-tenant", "b"}})),
            (std::vector<std::uint32_t>{1, 2, 4, 5, 10, 11}));
  EXPECT_EQ(tenants.visited(request("GET", "", "/", {{"x-tenant", "g"}, {"x-tenant", "a"}})),
            (std::vector<std::uint32_t>{0, 2, 4, 9, 11}));
  EXPECT_EQ(tenants.visited(get("", "/")), (std::vector<std::uint32_t>{2, 4, 11}));
}

TEST(Leaf, StopsWhenToldTo) {
  const Tenants tenants{{"a", "b", "c", "d", "e", "f", "g", "h", "b", ""}};
  const RequestHead head = request("GET", "", "/", {{"x-tenant", "b"}});
  std::vector<std::uint32_t> routes;
  Scratch scratch;
  auto visit = [&](std::uint32_t route) {
    routes.push_back(route);
    return route == 8;
  };

  EXPECT_TRUE(tenants.leaf.visit(head.fields, scratch, visit));
  EXPECT_EQ(routes, (std::vector<std::uint32_t>{1, 8}));
}

}  // namespace
}  // namespace headgate::route
