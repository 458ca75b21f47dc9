#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>

#include "support/fake_upstream.hpp"
#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

/// A backend whose health and whose answers the test decides.
class Backend {
 public:
  explicit Backend(std::string name) : name_{std::move(name)} {}

  [[nodiscard]] std::string url() const { return upstream_.url(); }
  [[nodiscard]] const std::string& address() const { return upstream_.address(); }
  [[nodiscard]] int served() const { return served_; }
  [[nodiscard]] int probes() const { return probes_; }

  std::atomic<int> health{200};
  std::atomic<int> status{200};

 private:
  Reply answer(const Request& request) {
    const bool probe = request.target == "/healthz";
    ++(probe ? probes_ : served_);
    return reply(probe ? health : status, name_);
  }

  std::string name_;
  std::atomic<int> served_{0};
  std::atomic<int> probes_{0};
  FakeUpstream upstream_{[this](const Request& request) { return answer(request); }};
};

Config probing(const Config& config, const std::string& more = "") {
  return config.with("/upstreams/origin/health/active",
                     Value::of_json(R"({ "path": "/healthz", "interval": "100ms", "max_interval": "200ms",
                         "unhealthy_after": 2, "healthy_after": 2 )" +
                                    more + "}"));
}

/// Bodies of so many responses, each once.
std::set<std::string> bodies(const ProxyUnderTest& proxy, int requests = 10) {
  RawClient client{proxy.address()};
  std::set<std::string> seen;
  for (int i = 0; i < requests; ++i) seen.insert(client.get("/").body);
  return seen;
}

TEST(ActiveHealth, AProbeThatFailsTakesABackendOutAndOneThatSucceedsBringsItBack) {
  Backend a{"a"};
  Backend b{"b"};
  ProxyUnderTest proxy{probing(route_all_to({a.url(), b.url()})).with("/logging/level", "warn")};
  EXPECT_EQ(bodies(proxy), (std::set<std::string>{"a", "b"}));

  b.health = 500;
  const LogRecord out = proxy.wait_for_log("BACKEND_UNHEALTHY");
  EXPECT_EQ(out["backend"], b.address());
  EXPECT_EQ(out["by"], "probe");
  EXPECT_EQ(out["detail"], "status 500 is not expected");
  EXPECT_EQ(out["probe"], "GET " + b.url() + "/healthz");
  EXPECT_NE(out["next_probe"], "");
  EXPECT_EQ(bodies(proxy), std::set<std::string>{"a"});

  b.health = 200;
  const LogRecord back = proxy.wait_for_log("BACKEND_HEALTHY");
  EXPECT_EQ(back["level"], "info");  // and yet written
  EXPECT_EQ(back["from"], "unhealthy");
  EXPECT_EQ(bodies(proxy), (std::set<std::string>{"a", "b"}));
}

TEST(ActiveHealth, ABackendOnHoldGetsNoRequestBeforeItsFirstProbe) {
  Signal asked;
  Signal answer;
  FakeUpstream upstream{FakeUpstream::Handler{[&](const Request& request) {
    if (request.target == "/healthz") {
      asked.set();
      answer.wait();
    }
    return reply(200);
  }}};
  ProxyUnderTest proxy{probing(route_all_to(upstream), R"(, "initial": "hold", "timeout": "20s")")};
  RawClient client{proxy.address()};
  asked.wait();

  EXPECT_EQ(client.get("/").status, 503);
  answer.set();
  proxy.wait_for_log("BACKEND_HEALTHY");

  EXPECT_EQ(client.get("/").status, 200);
}

TEST(ActiveHealth, AReloadKeepsTheVerdictAndChangesTheProbes) {
  Backend a{"a"};
  Backend b{"b"};
  b.health = 500;
  const Config config = probing(route_all_to({a.url(), b.url()}));
  ProxyUnderTest proxy{config};
  proxy.wait_for_log("BACKEND_UNHEALTHY");

  ASSERT_EQ(proxy.reload(config.with("/routes/0/name", "renamed")), "applied");
  EXPECT_EQ(bodies(proxy), std::set<std::string>{"a"});
  ASSERT_EQ(proxy.reload(route_all_to({a.url(), b.url()})), "applied");

  EXPECT_EQ(bodies(proxy), (std::set<std::string>{"a", "b"}));
  EXPECT_EQ(proxy.wait_for_log("BACKEND_HEALTHY")["by"], "configuration");
  EXPECT_EQ(proxy.count_log("BACKEND_UNHEALTHY"), 1U);
}

TEST(PassiveHealth, AReloadKeepsAnEjection) {
  Backend a{"a"};
  Backend b{"b"};
  const Config config = route_all_to({a.url(), b.url()}).with("/upstreams/origin/health/passive/eject_for", "300s");
  ProxyUnderTest proxy{config};
  b.status = 503;
  bodies(proxy, 20);
  EXPECT_EQ(proxy.wait_for_log("BACKEND_EJECTED")["backend_status"], "503");
  const int served = b.served();

  ASSERT_EQ(proxy.reload(config.with("/routes/0/name", "renamed")), "applied");

  EXPECT_EQ(bodies(proxy), std::set<std::string>{"a"});
  EXPECT_EQ(b.served(), served);
}

TEST(PassiveHealth, WhatTheClientDoesIsNotHeldAgainstTheBackend) {
  FakeUpstream upstream{FakeUpstream::Script{[](UpstreamConnection& connection) {
    connection.receive_head();
    connection.read_until_close();
  }}};
  ProxyUnderTest proxy{
      route_all_to(upstream).with("/upstreams/origin/health/passive", Value::of_json(R"({ "consecutive_failures": 1,
                               "max_ejected_percent": 100 })"))};

  for (int i = 0; i < 3; ++i) {
    RawClient client{proxy.address()};
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    ASSERT_TRUE(wait_until([&] { return upstream.request_count() == static_cast<std::size_t>(i) + 1; }));
    client.reset();
    ASSERT_TRUE(wait_until([&] { return upstream.open() == 0; }));
  }

  EXPECT_EQ(proxy.count_log("BACKEND_EJECTED"), 0U);
}

/// To a backend whose breaker sees failures by their status, and nothing else does. `rules`: of the breaker.
Config with_breaker(const Backend& backend, std::string_view rules) {
  return route_all_to({backend.url()})
      .with("/upstreams/origin/health/passive",
            Value::of_json(R"({ "consecutive_failures": 0, "failure_status": ["500-599"] })"))
      .with("/upstreams/origin/circuit_breaker", Value::of_json(std::string{rules}));
}

TEST(Breaker, StopsRequestsWhileItIsOpenAndClosesAfterTrialsThatSucceed) {
  Backend backend{"a"};
  backend.status = 500;
  ProxyUnderTest proxy{with_breaker(backend, R"({ "min_requests": 4, "open_for": "300ms", "half_open_requests": 2 })")};
  RawClient client{proxy.address()};

  for (int i = 0; i < 4; ++i) EXPECT_EQ(client.get("/").status, 500);
  EXPECT_EQ(client.get("/").status, 503);  // ours: it is open
  EXPECT_EQ(backend.served(), 4);
  proxy.wait_for_log("BREAKER_HALF_OPEN");
  EXPECT_EQ(client.get("/").status, 500);  // the trial that opens it again
  EXPECT_EQ(client.get("/").status, 503);

  backend.status = 200;
  proxy.wait_for_log("BREAKER_HALF_OPEN", 1);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(client.get("/").status, 200);
  EXPECT_EQ(proxy.wait_for_log("BREAKER_CLOSED")["detail"], "2 requests succeeded");
  EXPECT_EQ(proxy.count_log("BREAKER_OPENED"), 2U);
}

TEST(Breaker, AClientThatTakesItsTimeDoesNotHoldTheOnlyTrial) {
  Backend backend{"a"};
  backend.status = 500;
  ProxyUnderTest proxy{with_breaker(backend, R"({ "min_requests": 1, "open_for": "100ms", "half_open_requests": 1 })")};
  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 500);
  backend.status = 200;
  proxy.wait_for_log("BREAKER_HALF_OPEN");
  RawClient slow{proxy.address()};
  slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
  RawClient other{proxy.address()};
  ASSERT_TRUE(wait_until([&] { return other.get("/").status == 503; }));

  EXPECT_TRUE(
      wait_until([&] { return other.get("/").status == 200; }));  // after a second; the body is still on its way

  slow.send("def");
  EXPECT_EQ(slow.read_response().status, 200);
}

TEST(PassiveHealth, ARequestThatFailedInTheEndIsInTheLogWithItsStatus) {
  Backend a{"a"};
  a.status = 503;
  ProxyUnderTest proxy{route_all_to({a.url()})};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.post("/posted", "x").status, 503);

  const auto posted = proxy.wait_for_log("UPSTREAM_STATUS");
  EXPECT_EQ(posted["path"], "/posted");
  EXPECT_EQ(posted["status"], "503");
  EXPECT_EQ(posted["outcome"], "");
}

}  // namespace
}  // namespace headgate::testing
