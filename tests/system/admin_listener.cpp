// The admin listener of the real program.
#include <gmock/gmock.h>

#include "support/admin_api.hpp"
#include "support/load.hpp"
#include "support/prerequisites.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;

TEST(AdminListener, AnswersCurlAtEveryAddress) {
  HEADGATE_NEEDS("curl");
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{with_admin(route_all_to(upstream)).with("/admin/token", "s3cret")};
  const std::string url = "http://" + proxy.address("admin");
  const auto status = [&](const std::string& path, const std::vector<std::string>& more = {}) {
    std::vector<std::string> command{"curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", url + path};
    command.insert(command.end(), more.begin(), more.end());
    return run(command).out;
  };
  const std::vector<std::string> token{"-H", "Authorization: Bearer s3cret"};

  for (const char* path : {"/healthz", "/readyz"}) EXPECT_EQ(status(path), "200") << path;
  for (const char* path :
       {"/metrics", "/api/v1/status", "/api/v1/upstreams", "/api/v1/upstreams/origin", "/api/v1/config"}) {
    EXPECT_EQ(status(path), "401") << path;
    EXPECT_EQ(status(path, token), "200") << path;
  }
  const std::string backend = "/api/v1/upstreams/origin/backends/" + upstream.address();
  for (const std::string& path :
       {backend + "/drain", backend + "/eject", backend + "/enable", std::string{"/api/v1/reload"}}) {
    EXPECT_EQ(status(path, {"-X", "POST"}), "401") << path;
    EXPECT_EQ(status(path, {"-X", "POST", token[0], token[1]}), "200") << path;
    EXPECT_EQ(status(path, token), "405") << path;
  }
}

TEST(AdminListener, HidesSecrets) {
  FakeUpstream upstream{reply(200)};
  const Config config = with_admin(route_all_to(upstream))
                            .with("/admin/token", "${env:TEST_TOKEN}")
                            .with("/upstreams/origin/sticky/secret", "a-secret-of-32-characters-or-more")
                            .with("/state/store", "redis")
                            .with("/state/redis/url", "redis://:hunter2@127.0.0.1:1/0");
  ProxyUnderTest proxy{config, {.environment = {"TEST_TOKEN=tok3n"}}};
  const AdminApi admin{proxy, "tok3n"};

  const std::string shown = admin.text("/api/v1/config");

  EXPECT_THAT(shown, HasSubstr("${env:TEST_TOKEN}"));
  for (const char* path : {"/api/v1/config", "/api/v1/status", "/metrics"})
    for (const char* secret : {"tok3n", "a-secret-of-32", "hunter2"})
      EXPECT_EQ(admin.text(path).find(secret), std::string::npos) << path << " " << secret;
}

TEST(AdminListener, IsReadyUntilTheDrainBegins) {
  Signal release;
  FakeUpstream upstream{FakeUpstream::Handler{[&](const Request&) {
    release.wait();
    return reply(200);
  }}};
  ProxyUnderTest proxy{with_admin(route_all_to(upstream))};
  const AdminApi admin{proxy};
  EXPECT_EQ(admin.ask("GET", "/readyz").status, 200);
  RawClient client{proxy.address()};
  client.send(RawClient::get_request("/"));
  ASSERT_TRUE(wait_until([&] { return upstream.request_count() == 1; }));

  proxy.signal(SIGTERM);

  EXPECT_TRUE(wait_until([&] { return admin.ask("GET", "/readyz").status == 503; }));
  EXPECT_EQ(admin.ask("GET", "/healthz").status, 200);
  release.set();
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(proxy.wait_for_exit(), 0);
}

TEST(AdminListener, DrainsAndEnablesABackendUnderLoad) {
  FakeUpstream a{reply(200, "a")};
  FakeUpstream b{reply(200, "b")};
  ProxyUnderTest proxy{with_admin(route_all_to({a.url(), b.url()})).with("/workers", 2)};
  const AdminApi admin{proxy};
  const std::string address = proxy.address();
  Load load{[&] { return address; }, 4};
  ASSERT_TRUE(wait_until([&] { return a.request_count() > 50; }));

  EXPECT_EQ(json::parse(admin.change(a.address(), "drain").body)["changed"], true);
  ASSERT_TRUE(wait_until([&] { return admin.backend(a.address())["in_flight"] == 0; }));
  const std::size_t drained = a.request_count();
  const std::size_t others = b.request_count();
  ASSERT_TRUE(wait_until([&] { return b.request_count() > others + 100; }));
  EXPECT_EQ(a.request_count(), drained);

  admin.change(a.address(), "enable");
  EXPECT_TRUE(wait_until([&] { return a.request_count() > drained + 10; }));
  load.stop();
  EXPECT_EQ(load.failures(), std::vector<std::string>{});
  EXPECT_EQ(proxy.wait_for_log("BACKEND_DRAINED")["backend"], a.address());
}

TEST(AdminListener, EjectsForATimeAndTellsWhoDidIt) {
  FakeUpstream a{reply(200)};
  FakeUpstream b{reply(200)};
  ProxyUnderTest proxy{with_admin(route_all_to({a.url(), b.url()}))};
  const AdminApi admin{proxy};

  admin.change(a.address(), "eject", R"({"for": "300ms"})");

  EXPECT_EQ(admin.state_of(a.address()), "ejected");
  EXPECT_TRUE(wait_until([&] { return admin.state_of(a.address()) == "up"; }));
  const json timeline = admin.backend(a.address())["timeline"];
  EXPECT_EQ(timeline[0]["cause"], "BACKEND_EJECTED");
  EXPECT_EQ(timeline[0]["by"], "operator anna");
  EXPECT_EQ(timeline[1]["cause"], "BACKEND_RESTORED");
}

TEST(AdminListener, SaysThatAnUpstreamIsInAPanic) {
  FakeUpstream a{reply(200)};
  FakeUpstream b{reply(200)};
  ProxyUnderTest proxy{with_admin(route_all_to({a.url(), b.url()})).with("/upstreams/origin/health/panic_percent", 60)};
  const AdminApi admin{proxy};
  EXPECT_EQ(admin.get("/api/v1/upstreams/origin")["panic"], false);

  admin.change(a.address(), "eject", R"({"for": "1h"})");

  EXPECT_EQ(admin.get("/api/v1/upstreams/origin")["panic"], true);
  EXPECT_EQ(admin.metric(R"(headgate_upstream_panic{upstream="origin"})"), 1);
  RawClient client{proxy.address()};
  EXPECT_TRUE(wait_until([&] { return client.get("/").status == 200 && a.request_count() > 0; }))
      << "it is used all the same";
}

TEST(AdminListener, ExplainsAnEjectionByFailedRequests) {
  FakeUpstream good{reply(200)};
  ProxyUnderTest proxy{with_admin(route_all_to({"http://127.0.0.1:1", good.url()}))};
  const AdminApi admin{proxy};
  RawClient client{proxy.address()};

  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.get("/").status, 200);

  const json entry = admin.backend("127.0.0.1:1")["timeline"][0];
  EXPECT_EQ(entry["cause"], "BACKEND_EJECTED");
  EXPECT_EQ(entry["by"], "requests");
  EXPECT_EQ(entry["evidence"]["failure"], "UPSTREAM_CONNECT_FAILED");
  EXPECT_EQ(entry["evidence"]["os_error"], "Connection refused");
}

TEST(AdminListener, Reloads) {
  FakeUpstream upstream{reply(200)};
  const Config config = with_admin(route_all_to(upstream)).with("/watch", false);
  ProxyUnderTest proxy{config};
  const AdminApi admin{proxy};

  replace_file(proxy.config_file(), config.with("/routes/0/name", "renamed").text());
  const Response applied = admin.ask("POST", "/api/v1/reload");
  EXPECT_EQ(applied.status, 200);
  EXPECT_EQ(json::parse(applied.body)["result"], "applied");
  EXPECT_EQ(admin.get("/api/v1/status")["routes"][1]["name"], "renamed");

  replace_file(proxy.config_file(), "{");
  const Response refused = admin.ask("POST", "/api/v1/reload");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr("config.json:1:2"));
  EXPECT_EQ(admin.get("/api/v1/status")["configuration"]["reloads"]["refused"], 1);
  EXPECT_EQ(admin.metric("headgate_config_last_reload_successful"), 0);
}

TEST(AdminListener, StartsMovesAndStopsWithReloads) {
  FakeUpstream upstream{reply(200)};
  const Config config = route_all_to(upstream);
  ProxyUnderTest proxy{config};

  EXPECT_EQ(proxy.reload(with_admin(config)), "applied");
  const std::string first = proxy.address("admin");
  EXPECT_TRUE(accepts_connections(first));

  EXPECT_EQ(proxy.reload(config.with("/admin/address", "127.0.0.2:0")), "applied");
  EXPECT_FALSE(accepts_connections(first));
  EXPECT_EQ(AdminApi{proxy}.ask("GET", "/healthz").status, 200);

  const std::string second = proxy.address("admin");
  EXPECT_EQ(proxy.reload(config), "applied");
  EXPECT_FALSE(accepts_connections(second));
}

TEST(AdminListener, APortThatIsTakenFailsTheReloadAsAWhole) {
  FakeUpstream upstream{reply(200)};
  const Config config = with_admin(route_all_to(upstream));
  ProxyUnderTest proxy{config};

  EXPECT_EQ(proxy.reload(config.with("/admin/address", upstream.address()).with("/routes/0/name", "new")), "refused");

  const std::string why = "cannot listen on " + upstream.address() + " (admin): Address already in use";
  EXPECT_TRUE(wait_until([&] { return proxy.err().find(why) != std::string::npos; })) << proxy.err();
  EXPECT_EQ(AdminApi{proxy}.get("/api/v1/status")["routes"][1]["name"], "all");
}

TEST(AdminListener, APortThatIsTakenFailsTheStart) {
  const Socket other = listen_on("127.0.0.1:0");
  const TemporaryFolder folder;
  write_file(folder / "config.json",
             route_all_to({"http://127.0.0.1:1"}).with("/admin/address", local_address(other)).text());

  const Finished finished =
      run({HEADGATE_BINARY, "run", "--config", folder / "config.json"}, {.folder = folder.path()});

  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_THAT(finished.err, HasSubstr("(admin): Address already in use"));
}

}  // namespace
}  // namespace headgate::testing
