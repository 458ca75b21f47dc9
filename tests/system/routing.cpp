// Routing over real sockets: a handful of each kind; the table itself has its unit tests.
#include <gtest/gtest.h>

#include <map>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

/// Routes that answer by themselves, from (match, body).
Config answering(const std::vector<std::pair<std::string, std::string>>& routes) {
  Config config = route_all_to({"http://127.0.0.1:1"});
  int index = 0;
  for (const auto& [match, body] : routes) {
    const std::string at = "/routes/" + std::to_string(index++);
    config = config.with(at, Value::of_json("{\"match\": " + match + "}")).with(at + "/respond/body", body);
  }
  return config;
}

std::string ask(const ProxyUnderTest& proxy, const std::string& target, const std::string& host = "test.example") {
  const Response response = RawClient{proxy.address()}.ask("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  return response.status == 200 ? response.body : std::to_string(response.status);
}

TEST(Routing, ChoosesByHost) {
  ProxyUnderTest proxy{answering({{R"({"hosts": ["a.example"]})", "exact"},
                                  {R"({"hosts": ["*.b.example"]})", "wildcard"},
                                  {R"({"path_prefix": "/"})", "default"}})};

  EXPECT_EQ(ask(proxy, "/", "a.example"), "exact");
  EXPECT_EQ(ask(proxy, "/", "A.EXAMPLE:8080"), "exact");
  EXPECT_EQ(ask(proxy, "/", "x.y.b.example"), "wildcard");
  EXPECT_EQ(ask(proxy, "/", "b.example"), "default");
  EXPECT_EQ(ask(proxy, "/", "127.0.0.1"), "default");
}

TEST(Routing, ChoosesTheMostSpecificPath) {
  ProxyUnderTest proxy{answering({{R"({"path_prefix": "/"})", "root"},
                                  {R"({"path_prefix": "/v1"})", "v1"},
                                  {R"({"path_prefix": "/v1/users/"})", "users"},
                                  {R"({"path": "/v1/users/me"})", "me"},
                                  {R"({"path_regex": "/v[0-9]+/file\\.txt"})", "regex"}})};

  EXPECT_EQ(ask(proxy, "/v10"), "root");
  EXPECT_EQ(ask(proxy, "/v1?q"), "v1");
  EXPECT_EQ(ask(proxy, "/v1/users/you"), "users");
  EXPECT_EQ(ask(proxy, "/v1/users/me"), "me");
  EXPECT_EQ(ask(proxy, "/v2/file.txt"), "regex");
}

TEST(Routing, DotSegmentsAndEncodingsDoNotSlipPastARoute) {
  ProxyUnderTest proxy{answering({{R"({"path_prefix": "/"})", "open"}, {R"({"path_prefix": "/admin"})", "admin"}})};

  for (const char* target : {"/admin", "/admin/", "/x/../admin", "/%61dmin", "/x/%2e%2e/admin", "//admin", "/./admin/x",
                             "/x/%2E./admin", "/admin/../admin", "/%61%64%6d%69%6e/%2e"})
    EXPECT_EQ(ask(proxy, target), "admin") << target;
  for (const char* target : {"/admin/..", "/admin/%2e%2e/x", "/administrator", "/x%2fadmin", "/ADMIN"})
    EXPECT_EQ(ask(proxy, target), "open") << target;
}

TEST(Routing, ChoosesByMethodHeaderAndQuery) {
  ProxyUnderTest proxy{answering({{R"({"path_prefix": "/", "methods": ["POST"]})", "post"},
                                  {R"({"path_prefix": "/", "headers": {"x-tier": "gold"}})", "gold"},
                                  {R"({"path_prefix": "/", "query": {"beta": "1"}})", "beta"},
                                  {R"({"path_prefix": "/"})", "rest"}})};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.post("/", "x").body, "post");
  EXPECT_EQ(client.get("/", "X-Tier: gold\r\n").body, "gold");
  EXPECT_EQ(client.get("/?a=b&beta=1").body, "beta");
  EXPECT_EQ(client.get("/?beta=2").body, "rest");
}

TEST(Routing, NamesWhatIsMissing) {
  ProxyUnderTest proxy{answering({{R"({"path": "/only", "methods": ["GET", "PUT"]})", "x"}})};

  EXPECT_EQ(ask(proxy, "/elsewhere"), "404");
  const Response wrong_method = RawClient{proxy.address()}.post("/only", "");
  EXPECT_EQ(wrong_method.status, 405);
  EXPECT_NE(wrong_method.field("allow").find("PUT"), std::string::npos);
  EXPECT_EQ(proxy.wait_for_log("NO_ROUTE")["status"], "404");
  EXPECT_EQ(proxy.wait_for_log("METHOD_NOT_ALLOWED")["status"], "405");
}

TEST(Routing, Redirects) {
  ProxyUnderTest proxy{
      route_all_to({"http://127.0.0.1:1"})
          .with("/routes/0", Value::of_json(R"({"match": {"path_prefix": "/"}, "redirect": {"status": 301}})"))
          .with("/routes/0/redirect/location", "https://${host}${path}${query}")};
  RawClient client{proxy.address()};

  const Response response = client.get("/a%20b?c=d");

  EXPECT_EQ(response.status, 301);
  EXPECT_EQ(response.field("location"), "https://test.example/a%20b?c=d");
  EXPECT_EQ(client.get("/").field("location"), "https://test.example/");
}

TEST(Routing, RewritesPrefixAndPattern) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)
                           .with("/routes/0/match/path_prefix", "/api/")
                           .with("/routes/0/rewrite/replace_prefix", "/")
                           .with("/routes/1", Value::of_json(R"json({
                              "match": {"path_prefix": "/old"}, "upstream": "origin",
                              "rewrite": {"regex": "/old/([a-z]+)/([0-9]+)", "replacement": "/new/\\2/\\1"}})json"))};
  RawClient client{proxy.address()};

  client.get("/api/users?page=2");
  EXPECT_EQ(upstream.last_request().target, "/users?page=2");
  client.get("/old/item/42?x");
  EXPECT_EQ(upstream.last_request().target, "/new/42/item?x");
}

TEST(Routing, SplitsByWeight) {
  FakeUpstream stable{reply(200, "stable")};
  FakeUpstream next{reply(200, "next")};
  ProxyUnderTest proxy{
      route_all_to(stable)
          .with("/upstreams/next/backends/0/url", next.url())
          .without("/routes/0/upstream")
          .with("/routes/0/upstreams", Value::of_json(R"([{"name": "origin", "weight": 3}, {"name": "next"}])"))};
  RawClient client{proxy.address()};

  std::map<std::string, int> answers;
  for (int i = 0; i < 400; ++i) ++answers[client.get("/").body];

  EXPECT_NEAR(answers["next"], 100, 45);  // five standard deviations of a fair draw
  EXPECT_EQ(answers["stable"] + answers["next"], 400);
}

TEST(Routing, ChangesFieldsBothWays) {
  FakeUpstream upstream{reply(200, "", "X-Powered-By: php\r\nX-Old: o\r\nX-More: 1\r\n")};
  ProxyUnderTest proxy{route_all_to(upstream)
                           .with("/routes/0/request_headers/set/X-Env", "test")
                           .with("/routes/0/request_headers/add/X-List", "b")
                           .with("/routes/0/request_headers/remove/0", "Cookie")
                           .with("/routes/0/response_headers/set/X-Old", "new")
                           .with("/routes/0/response_headers/add/X-More", "2")
                           .with("/routes/0/response_headers/remove/0", "x-powered-by")};

  const Response response = RawClient{proxy.address()}.get("/", "Cookie: c=1\r\nX-Env: spoofed\r\nX-List: a\r\n");

  const Request seen = upstream.last_request();
  EXPECT_FALSE(seen.has("cookie"));
  EXPECT_EQ(seen.field("x-env"), "test");
  EXPECT_EQ(seen.field("x-list"), "a, b");
  EXPECT_FALSE(response.has("x-powered-by"));
  EXPECT_EQ(response.field("x-old"), "new");
  EXPECT_EQ(response.field("x-more"), "1, 2");
}

TEST(Routing, AFixedAnswerLeavesTheConnectionUsable) {
  ProxyUnderTest proxy{answering({{R"({"path_prefix": "/"})", "fixed"}})};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.post("/", "a small body").body, "fixed");
  EXPECT_EQ(client.get("/").body, "fixed");
  EXPECT_EQ(client.ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n").field("content-length"), "5");
  EXPECT_EQ(client.get("/").body, "fixed");
}

}  // namespace
}  // namespace headgate::testing
