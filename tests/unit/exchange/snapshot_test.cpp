#include "exchange/snapshot.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace headgate::exchange {
namespace {

config::Settings settings() {
  config::Settings settings;
  for (const char* name : {"web", "api"}) {
    config::Upstream& upstream = settings.upstreams[name];
    upstream.name = name;
    upstream.backends.push_back({{"127.0.0.1", 9000, ""}, 1});
    config::Route& route = settings.routes.emplace_back();
    route.name = name;
    route.match.path_prefix = name == std::string_view{"web"} ? "/" : "/api";
    route.upstreams.push_back({name, 1});
  }
  return settings;
}

TEST(MakePlan, NamesTheUpstreamsInTheOrderOfTheRoutesTargets) {
  const auto plan = make_plan(settings(), 7, "cafe");

  EXPECT_EQ(plan->upstream_names, (std::vector<std::string>{"api", "web"}));
  EXPECT_EQ(plan->routes.routes()[0].targets[0].upstream_index, 1U) << "web";
  EXPECT_EQ(plan->routes.routes()[1].targets[0].upstream_index, 0U) << "api";
  EXPECT_EQ(plan->generation, 7U);
  EXPECT_EQ(plan->hash, "cafe");
}

TEST(MakePlan, TakesLimitsAndForwardingOver) {
  config::Settings given = settings();
  given.limits.head_bytes = 1000;
  given.limits.target_bytes = 500;
  given.limits.header_count = 20;
  given.forwarding.x_forwarded = false;
  given.forwarding.x_real_ip = false;
  given.forwarding.forwarded = true;
  given.forwarding.via = true;
  given.forwarding.via_name = "edge";
  given.forwarding.request_id = false;
  given.forwarding.response_request_id = true;

  const auto plan = make_plan(given, 1, "");

  EXPECT_EQ(plan->head_limits.head_bytes, 1000U);
  EXPECT_EQ(plan->head_limits.target_bytes, 500U);
  EXPECT_EQ(plan->head_limits.header_count, 20U);
  EXPECT_FALSE(plan->forwarding.x_forwarded);
  EXPECT_FALSE(plan->forwarding.x_real_ip);
  EXPECT_TRUE(plan->forwarding.forwarded);
  EXPECT_TRUE(plan->forwarding.via);
  EXPECT_EQ(plan->forwarding.via_name, "edge");
  EXPECT_FALSE(plan->forwarding.request_id);
  EXPECT_TRUE(plan->forwarding.response_request_id);
}

TEST(MakePlan, CompilesTheTrustedProxies) {
  config::Settings given = settings();
  given.trusted_proxies = {"10.0.0.0/8"};

  const auto plan = make_plan(given, 1, "");

  EXPECT_TRUE(plan->trusted.trusts(base::IpAddress::parse("10.1.2.3")));
  EXPECT_FALSE(plan->trusted.trusts(base::IpAddress::parse("192.0.2.1")));
}

TEST(MakePlan, ThrowsForWhatValidationShouldHaveRefused) {
  config::Settings bad_proxy = settings();
  bad_proxy.trusted_proxies = {"ten"};
  config::Settings bad_regex = settings();
  bad_regex.routes[0].match.path_prefix.reset();
  bad_regex.routes[0].match.path_regex = "(";

  EXPECT_THROW((void)make_plan(bad_proxy, 1, ""), std::invalid_argument);
  EXPECT_THROW((void)make_plan(bad_regex, 1, ""), std::invalid_argument);
}

}  // namespace
}  // namespace headgate::exchange
