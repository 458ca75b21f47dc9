// Verdicts that survive a restart, and that several instances share.
#include <gmock/gmock.h>

#include <list>
#include <optional>

#include "support/admin_api.hpp"
#include "support/load.hpp"
#include "support/name_server.hpp"
#include "support/prerequisites.hpp"
#include "support/redis_server.hpp"

namespace headgate::testing {
namespace {

TEST(StateFile, ARestartKeepsADrainAnEjectionAndCounts) {
  FakeUpstream a{reply(200)};
  FakeUpstream b{reply(200)};
  FakeUpstream c{reply(200)};
  const TemporaryFolder folder;
  const Config config = with_admin(route_all_to({a.url(), b.url(), c.url()}))
                            .with("/state/store", "file")
                            .with("/state/path", folder / "state");
  {
    ProxyUnderTest before{config};
    const AdminApi admin{before};
    EXPECT_EQ(RawClient{before.address()}.get("/").status, 200);  // of a, the first
    admin.change(a.address(), "drain");
    admin.change(b.address(), "eject", R"({"for": "1h"})");
    EXPECT_EQ(before.stop(), 0);
  }

  ProxyUnderTest after{config};
  const AdminApi admin{after};

  EXPECT_EQ(admin.state_of(a.address()), "drained");
  EXPECT_EQ(admin.state_of(b.address()), "ejected");
  EXPECT_EQ(admin.backend(a.address())["timeline"][0]["by"], "earlier run");
  EXPECT_EQ(admin.backend(a.address())["earlier_runs"]["requests"], 1);
  RawClient client{after.address()};
  for (int i = 0; i < 9; ++i) EXPECT_EQ(client.get("/").status, 200);
  EXPECT_EQ(c.request_count(), 9U);
}

TEST(StateFile, AKillKeepsThemToo) {
  FakeUpstream a{reply(200)};
  FakeUpstream b{reply(200)};
  const TemporaryFolder folder;
  const Config config =
      with_admin(route_all_to({a.url(), b.url()})).with("/state/store", "file").with("/state/path", folder / "state");
  write_file(folder / "config.json", config.with("/admin/address", "unix:" + (folder / "admin.sock")).text());
  {
    ChildProcess before{{HEADGATE_BINARY, "run", "--config", folder / "config.json"}, {.folder = folder.path()}};
    ASSERT_TRUE(wait_until([&] { return before.out().find("ready") != std::string::npos; }));
    RawClient{"unix:" + (folder / "admin.sock")}.post("/api/v1/upstreams/origin/backends/" + a.address() + "/drain", "",
                                                      "X-Headgate-Operator: anna\r\n");
    ASSERT_TRUE(wait_until([&] { return read_file(folder / "state").find("drain") != std::string::npos; }));
    before.signal(SIGKILL);
    before.wait_for_exit();
  }

  ProxyUnderTest after{config};

  EXPECT_EQ(AdminApi{after}.state_of(a.address()), "drained");
}

class SharedState : public ::testing::Test {
 protected:
  void SetUp() override { HEADGATE_NEEDS("redis-server"); }
  [[nodiscard]] Config config() const {
    return with_admin(route_all_to({a_.url(), b_.url()}))
        .with("/workers", 2)
        .with("/state/store", "redis")
        .with("/state/redis/url", redis_.url());
  }
  [[nodiscard]] static bool is_degraded(const AdminApi& admin) {
    return admin.get("/api/v1/status")["state"]["degraded"];
  }

  RedisServer redis_;
  FakeUpstream a_{reply(200)};
  FakeUpstream b_{reply(200)};
};

TEST_F(SharedState, TwoAndThreeInstancesFollowAnEjectionWithinASecond) {
  std::list<ProxyUnderTest> proxies;
  for (int i = 0; i < 3; ++i) proxies.emplace_back(config());
  const AdminApi first{proxies.front()};

  first.change(a_.address(), "eject", R"({"for": "1h"})");

  const auto began = Clock::now();
  for (const ProxyUnderTest& proxy : proxies)
    EXPECT_TRUE(wait_until([&] { return AdminApi{proxy}.state_of(a_.address()) == "ejected"; }));
  EXPECT_LT(Clock::now() - began, sanitized ? 5s : 1s);
  const json entry = AdminApi{proxies.back()}.backend(a_.address())["timeline"][0];
  EXPECT_THAT(entry["by"].get<std::string>(), ::testing::StartsWith("instance "));
  EXPECT_EQ(entry["evidence"]["text"], "operator anna");
}

TEST_F(SharedState, FollowsAnEjectionThatFailedRequestsBroughtAbout) {
  FakeUpstream failing{raw_reply("", After::reset)};
  const Config both = config().with("/upstreams/origin/backends/0/url", failing.url());
  ProxyUnderTest one{both};
  ProxyUnderTest other{both};
  RawClient client{one.address()};

  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.get("/").status, 200);

  EXPECT_TRUE(wait_until([&] { return AdminApi{other}.state_of(failing.address()) == "ejected"; }));
}

TEST_F(SharedState, AnInstanceThatJoinsOrRestartsTakesOverWhatIsKnown) {
  ProxyUnderTest one{config()};
  AdminApi{one}.change(a_.address(), "drain");
  ASSERT_TRUE(wait_until([&] { return AdminApi{one}.get("/api/v1/status")["state"]["saves"] == 1; }));

  ProxyUnderTest other{config()};

  EXPECT_EQ(AdminApi{other}.state_of(a_.address()), "drained");
  EXPECT_EQ(one.stop(), 0);
  ProxyUnderTest again{config()};
  EXPECT_EQ(AdminApi{again}.state_of(a_.address()), "drained");
}

TEST_F(SharedState, AnyInstanceMayEndADrain) {
  ProxyUnderTest one{config()};
  ProxyUnderTest other{config()};
  AdminApi{one}.change(a_.address(), "drain");
  ASSERT_TRUE(wait_until([&] { return AdminApi{other}.state_of(a_.address()) == "drained"; }));

  AdminApi{other}.change(a_.address(), "enable");

  EXPECT_TRUE(wait_until([&] { return AdminApi{one}.state_of(a_.address()) == "up"; }));
}

TEST_F(SharedState, StickyClientsFindTheirBackendAtEveryInstance) {
  const Config sticky = config().with("/upstreams/origin/sticky", Value::of_json("{}"));
  ProxyUnderTest one{sticky};
  ProxyUnderTest other{sticky};
  const Response first = RawClient{one.address()}.get("/");
  const std::string cookie = first.field("set-cookie");
  ASSERT_NE(cookie, "");
  const bool at_a = a_.request_count() == 1;

  RawClient client{other.address()};
  for (int i = 0; i < 6; ++i) client.get("/", "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n");

  EXPECT_EQ((at_a ? a_ : b_).request_count(), 7U);
}

TEST_F(SharedState, FailsNoRequestWhileRedisIsKilledAndComesBackEmpty) {
  ProxyUnderTest proxy{config()};
  const AdminApi admin{proxy};
  admin.change(a_.address(), "drain");
  ASSERT_TRUE(wait_until([&] { return admin.get("/api/v1/status")["state"]["saves"] == 1; }));
  const std::string address = proxy.address();
  Load load{[&] { return address; }, 4};

  redis_.kill();
  ASSERT_TRUE(wait_until([&] { return is_degraded(admin); }));
  EXPECT_EQ(admin.metric(R"(headgate_state_degraded{store="redis"})"), 1);
  EXPECT_EQ(admin.state_of(a_.address()), "drained");
  const int before = load.served();
  ASSERT_TRUE(wait_until([&] { return load.served() > before + 500; }));

  redis_.start();
  ASSERT_TRUE(wait_until([&] { return !is_degraded(admin); }));
  load.stop();

  EXPECT_EQ(load.failures(), std::vector<std::string>{});
  EXPECT_THAT(redis_.ask({"GET", "headgate:backend:origin:" + a_.address()}), ::testing::HasSubstr(R"("on":true)"));
  EXPECT_LE(proxy.count_log("STATE_DEGRADED"), 3U);  // each reason once
  EXPECT_EQ(proxy.count_log("STATE_RESTORED"), 1U);
}

TEST_F(SharedState, FailsNoRequestWhileRedisIsStopped) {
  ProxyUnderTest proxy{config()};
  const AdminApi admin{proxy};
  const std::string address = proxy.address();
  Load load{[&] { return address; }, 4};
  redis_.pause();

  admin.change(a_.address(), "drain");
  ASSERT_TRUE(wait_until([&] { return is_degraded(admin); }));
  const int before = load.served();
  ASSERT_TRUE(wait_until([&] { return load.served() > before + 500; }));
  redis_.resume();
  ASSERT_TRUE(wait_until([&] { return !is_degraded(admin); }));
  load.stop();

  EXPECT_EQ(load.failures(), std::vector<std::string>{});
  EXPECT_THAT(redis_.ask({"GET", "headgate:backend:origin:" + a_.address()}), ::testing::HasSubstr(R"("on":true)"));
}

TEST_F(SharedState, FollowsWithinASecondWhileRedisIsUnderLoad) {
  HEADGATE_NEEDS("redis-benchmark");
  ProxyUnderTest one{config()};
  ProxyUnderTest other{config()};
  const ChildProcess load{
      {"redis-benchmark", "-p", std::to_string(redis_.port()), "-c", "20", "-n", "100000000", "-q", "-t", "set,get"}};
  ASSERT_TRUE(wait_until([&] { return redis_.ask({"EXISTS", "key:__rand_int__"}) == "1"; }));

  AdminApi{one}.change(a_.address(), "drain");

  const auto began = Clock::now();
  EXPECT_TRUE(wait_until([&] { return AdminApi{other}.state_of(a_.address()) == "drained"; }));
  EXPECT_LT(Clock::now() - began, sanitized ? 5s : 1s);
  EXPECT_EQ(other.count_log("STATE_DEGRADED"), 0U);
}

TEST_F(SharedState, StartsWithoutRedisAndSaysSo) {
  redis_.kill();
  ProxyUnderTest proxy{config()};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 200);

  EXPECT_TRUE(is_degraded(AdminApi{proxy}));
  EXPECT_EQ(proxy.wait_for_log("STATE_DEGRADED")["detail"], "Connection refused");
}

/// Redis by a name that only the name server of the configuration knows.
class SharedStateByName : public SharedState {
 protected:
  void SetUp() override {
    SharedState::SetUp();
    HEADGATE_NEEDS("dnsmasq");
    names_.emplace("127.0.0.1 redis.test\n");
  }
  [[nodiscard]] Config by_name() const {
    return config()
        .with("/resolver/nameservers/0", names_->address())
        .with("/resolver/timeout", "20s")
        .with("/state/redis/url", "redis://redis.test:" + std::to_string(redis_.port()));
  }

  std::optional<NameServer> names_;
};

TEST_F(SharedStateByName, IsFoundByTheNameServersOfTheConfiguration) {
  ProxyUnderTest proxy{by_name().with("/resolver/timeout", "200ms")};

  EXPECT_TRUE(wait_until([&] { return !is_degraded(AdminApi{proxy}); }));
}

// Regression: the end waited for the look-up of Redis.
TEST_F(SharedStateByName, DoesNotHoldUpTheEndWhileTheNameServersAreDead) {
  names_->pause();
  ProxyUnderTest proxy{by_name()};
  EXPECT_EQ(proxy.wait_for_log("STATE_DEGRADED")["detail"], "its name was not looked up in time");

  EXPECT_LT(time_of([&] { EXPECT_EQ(proxy.stop(), 0); }), 5s);
  names_->go_on();
}

}  // namespace
}  // namespace headgate::testing
