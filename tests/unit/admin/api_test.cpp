#include "admin/api.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/admin/fake_proxy.hpp"

namespace headgate::admin {
namespace {

using Json = nlohmann::json;

class ApiTest : public ::testing::Test {
 protected:
  Response ask(const std::string& method, const std::string& target, const std::string& body = "") {
    return answer({method, target, "127.0.0.1:9901", "Bearer secret", "anna", "127.0.0.1", body}, settings_, proxy_);
  }
  Json get(const std::string& target) {
    const Response response = ask("GET", target);
    EXPECT_EQ(response.status, 200) << target;
    EXPECT_EQ(response.content_type, "application/json") << target;
    return Json::parse(response.body);
  }
  static std::string error_of(const Response& response) { return Json::parse(response.body).at("error"); }

  config::Admin settings_{{"127.0.0.1", 9901, ""}, "secret"};
  FakeProxy proxy_;
};

TEST_F(ApiTest, SaysThatItIsAlive) { EXPECT_EQ(get("/healthz")["alive"], true); }

TEST_F(ApiTest, IsReadyOnlyWhenAllIs) {
  EXPECT_EQ(get("/readyz")["ready"], true);

  proxy_.ready.draining = true;
  const Response draining = ask("GET", "/readyz");

  EXPECT_EQ(draining.status, 503);
  EXPECT_EQ(Json::parse(draining.body)["draining"], true);
  EXPECT_EQ(Json::parse(draining.body)["listening"], true);
}

TEST_F(ApiTest, TellsTheStatus) {
  const Json status = get("/api/v1/status");

  EXPECT_EQ(status["version"], "1.2.3");
  EXPECT_EQ(status["listeners"][0]["address"], "127.0.0.1:8080");
  EXPECT_EQ(status["connections"]["refused"], 1);
  EXPECT_EQ(status["connections"]["tunnels"], 2);
  EXPECT_EQ(status["routes"][0]["tunnels"]["opened"], 6);
  EXPECT_EQ(status["routes"][0]["responses"]["2xx"], 5);
  EXPECT_EQ(status["failures"], Json({{"NO_ROUTE", 3}}));
  EXPECT_EQ(status["state"]["degraded"], true);
  EXPECT_EQ(status["state"]["last_error"], "no reply in time");
}

TEST_F(ApiTest, ListsUpstreamsWithoutTheirTimelines) {
  const Json upstreams = get("/api/v1/upstreams")["upstreams"];

  EXPECT_EQ(upstreams[0]["name"], "web");
  EXPECT_EQ(upstreams[0]["backends"][0]["up"], true);
  EXPECT_EQ(upstreams[0]["backends"][0]["pool"]["reused"], 4);
  EXPECT_EQ(upstreams[0]["backends"][1]["state"], "ejected");
  EXPECT_FALSE(upstreams[0]["backends"][1].contains("timeline"));
}

TEST_F(ApiTest, TellsWhyABackendIsOut) {
  const Json backend = get("/api/v1/upstreams/web")["backends"][1];

  EXPECT_EQ(backend["health"]["ejected_until"], "2026-11-24T07:00:10.000000Z");
  const Json entry = backend["timeline"][0];
  EXPECT_EQ(entry["cause"], "BACKEND_EJECTED");
  EXPECT_EQ(entry["to"], "ejected");
  EXPECT_EQ(entry["by"], "requests");
  EXPECT_EQ(entry["evidence"]["text"], "5 failures in a row");
  EXPECT_EQ(entry["evidence"]["failure"], "UPSTREAM_RESET");
  EXPECT_EQ(entry["evidence"]["os_error"], "Connection reset by peer");
}

TEST_F(ApiTest, ShowsTheConfiguration) { EXPECT_EQ(get("/api/v1/config")["workers"], 2); }

TEST_F(ApiTest, IgnoresAQueryAndAnswersHead) { EXPECT_EQ(ask("HEAD", "/api/v1/status?pretty=1").status, 200); }

TEST_F(ApiTest, ChangesBackends) {
  const Response drained = ask("POST", "/api/v1/upstreams/web/backends/10.0.0.1:80/drain");
  ask("POST", "/api/v1/upstreams/web/backends/unix%3A%2Frun%2Fb.sock/enable");
  ask("POST", "/api/v1/upstreams/web/backends/10.0.0.1%3a80/eject", R"({"for": "30s"})");
  ask("POST", "/api/v1/upstreams/web/backends/10.0.0.1:80/eject");

  EXPECT_EQ(proxy_.done,
            (std::vector<std::string>{"drain 10.0.0.1:80 by anna", "enable unix:/run/b.sock by anna",
                                      "eject 10.0.0.1:80 for 30000 by anna", "eject 10.0.0.1:80 for 10000 by anna"}));
  EXPECT_EQ(Json::parse(drained.body)["changed"], true);
  EXPECT_EQ(Json::parse(drained.body)["backend"]["address"], "10.0.0.1:80");
}

TEST_F(ApiTest, SaysWhenAChangeMadeNoDifference) {
  proxy_.changes = false;

  EXPECT_EQ(Json::parse(ask("POST", "/api/v1/upstreams/web/backends/10.0.0.1:80/enable").body)["changed"], false);
}

TEST_F(ApiTest, ReportsAReloadThatWasRefused) {
  EXPECT_EQ(ask("POST", "/api/v1/reload").status, 200);

  proxy_.reload_result = "refused";
  const Response refused = ask("POST", "/api/v1/reload");

  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(Json::parse(refused.body)["reasons"][0], "config.json:1:1: no");
}

TEST_F(ApiTest, SaysWhatDoesNotExist) {
  EXPECT_EQ(ask("GET", "/").status, 404);
  EXPECT_EQ(error_of(ask("GET", "/api/v1/upstreams/api")), "there is no upstream \"api\"");
  EXPECT_EQ(error_of(ask("POST", "/api/v1/upstreams/web/backends/1.2.3.4:5/drain")),
            "upstream \"web\" has no backend \"1.2.3.4:5\"");
  EXPECT_EQ(ask("GET", "/api/v1/upstreams/%zz").status, 404);
  EXPECT_EQ(ask("GET", "/api/v1/upstreams/").status, 404);
  EXPECT_EQ(ask("GET", "*").status, 404);
  EXPECT_TRUE(proxy_.done.empty());
}

TEST_F(ApiTest, TellsOfAWrongMethodBeforeItAsksForAnOperator) {
  settings_.token.reset();

  EXPECT_EQ(answer({"GET", "/api/v1/reload", "127.0.0.1", "", "", "127.0.0.1", ""}, settings_, proxy_).status, 405);
}

TEST_F(ApiTest, HasNoGetThatChangesAnything) {
  for (const char* target : {"/api/v1/reload", "/api/v1/upstreams/web/backends/10.0.0.1:80/drain"}) {
    const Response response = ask("GET", target);

    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(response.fields, (std::vector<std::pair<std::string, std::string>>{{"Allow", "POST"}}));
  }
  EXPECT_EQ(ask("DELETE", "/metrics").fields[0].second, "GET, HEAD");
  EXPECT_TRUE(proxy_.done.empty());
}

TEST_F(ApiTest, RefusesAnEjectionWithoutAProperTime) {
  for (const char* body : {"30s", "{}", R"({"for": 30})", R"({"for": "0s"})", R"({"for": "9000h"})",
                           R"({"for": "-1s"})", R"({"for": "1s", "why": "x"})", "[]", "\xff"})
    EXPECT_EQ(ask("POST", "/api/v1/upstreams/web/backends/10.0.0.1:80/eject", body).status, 400) << body;
  EXPECT_TRUE(proxy_.done.empty());
}

}  // namespace
}  // namespace headgate::admin
