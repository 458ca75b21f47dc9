#include "app/runtime.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <list>

#include "runtime_fixture.hpp"
#include "support/fake_lookup.hpp"
#include "support/fake_upstream.hpp"
#include "support/prerequisites.hpp"
#include "support/redis_server.hpp"
#include "unit/admin/fake_proxy.hpp"

namespace headgate::app {
namespace {

using testing::FakeLookup;
using Found = FakeLookup::Found;
using namespace std::chrono_literals;

std::uint16_t port_of(const testing::Socket& socket) {
  return static_cast<std::uint16_t>(std::stoi(testing::local_address(socket).substr(sizeof "127.0.0.1")));
}

class RuntimeTest : public WithLog {
 protected:
  std::vector<std::string> apply(const std::string& text) {
    config::Loaded loaded = load(text);
    return runtime_.apply(std::move(*loaded.settings), loaded.hash);
  }
  [[nodiscard]] std::string config(std::string_view body, std::string_view more = "",
                                   std::string_view address = "127.0.0.1:0") const {
    return config_text(folder_ / "logs", body, more, address);
  }
  [[nodiscard]] std::string to_backend(const std::string& url) const {
    std::string text = config("hello", R"(, "upstreams": {"web": {"backends": [{"url": ")" + url + R"("}]}})");
    const std::string respond = R"("respond": {"body": "hello"})";
    return text.replace(text.find(respond), respond.size(), R"("upstream": "web")");
  }
  [[nodiscard]] std::string address() const { return runtime_.listeners().at(0).second; }

  Runtime runtime_{log_, 2};
};

TEST_F(RuntimeTest, ServesNothingBeforeItHasSettings) {
  EXPECT_EQ(runtime_.settings(), nullptr);
  EXPECT_TRUE(runtime_.listeners().empty());
}

TEST_F(RuntimeTest, ServesWhatIsApplied) {
  ASSERT_TRUE(apply(config("hello")).empty());

  EXPECT_EQ(Client{address()}.get(), "hello");
  EXPECT_EQ(runtime_.state().accepted, 1U);
}

TEST_F(RuntimeTest, SwapsAllWorkersOverBeforeItReturns) {
  ASSERT_TRUE(apply(config("old")).empty());
  std::list<Client> clients;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(clients.emplace_back(address()).get(), "old");

  ASSERT_TRUE(apply(config("new")).empty());

  for (Client& client : clients) EXPECT_EQ(client.get(), "new") << "on the connection that it had";
}

TEST_F(RuntimeTest, ChangesNothingWhenAListenerCannotBeOpened) {
  ASSERT_TRUE(apply(config("old")).empty());
  const std::string before = address();
  const testing::Socket stranger = testing::listen_on("127.0.0.1:0");

  const auto reasons = apply(config("new", "", testing::local_address(stranger)));

  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_NE(reasons[0].find("Address already in use"), std::string::npos) << reasons[0];
  EXPECT_EQ(Client{before}.get(), "old");
  EXPECT_EQ(runtime_.settings()->routes[0].respond->body, "old");
}

// Regression: the next reload was compared with the refused one, and backends were connected to and verified anew.
TEST_F(RuntimeTest, KeepsTheTlsOfBackendsOverAReloadThatIsRefused) {
  const std::string ours = to_backend("https://127.0.0.1:1");
  ASSERT_TRUE(apply(ours).empty());
  const auto before = runtime_.plan()->tls_clients;
  const testing::Socket stranger = testing::listen_on("127.0.0.1:0");
  std::string refused = ours;
  refused.replace(refused.find("127.0.0.1:0"), sizeof "127.0.0.1:0" - 1, testing::local_address(stranger));
  refused.insert(refused.find(R"("backends")"), R"("tls": {"min_version": "1.3"}, )");

  ASSERT_EQ(apply(refused).size(), 1U);
  ASSERT_TRUE(apply(ours).empty());

  EXPECT_EQ(runtime_.plan()->tls_clients, before);
}

TEST_F(RuntimeTest, ChangesNothingWhenTheSettingsDoNotCompile) {
  ASSERT_TRUE(apply(config("old")).empty());
  config::Settings broken = *runtime_.settings();
  broken.trusted_proxies = {"ten"};

  EXPECT_EQ(runtime_.apply(broken, "").size(), 1U);

  EXPECT_EQ(Client{address()}.get(), "old");
}

TEST_F(RuntimeTest, AnswersForABackendThatCannotBeResolved) {
  ASSERT_TRUE(apply(to_backend("http://no-such-host.invalid:80")).empty());
  Client client{address()};

  client.send("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");

  EXPECT_EQ(client.read_response().status, 503);
}

TEST_F(RuntimeTest, DoesNotHoldAReloadUpForANameThatHangs) {
  std::atomic<bool> go_on = false;
  Runtime runtime{log_, 2, std::make_unique<FakeLookup>([&](const Endpoint& endpoint) -> std::optional<Found> {
                    if (!go_on) return std::nullopt;
                    return net::FoundAddresses{net::resolve({"127.0.0.1", endpoint.port, ""}).value(), 60s};
                  })};
  const testing::Socket backend = testing::listen_on("127.0.0.1:0");
  const std::string port = testing::local_address(backend).substr(sizeof "127.0.0.1");
  const auto apply_to = [&](const std::string& text) {
    config::Loaded loaded = load(text);
    return runtime.apply(std::move(*loaded.settings), loaded.hash);
  };
  ASSERT_TRUE(apply_to(config("hello")).empty());

  const auto took = testing::time_of([&] { EXPECT_TRUE(apply_to(to_backend("http://slow.example:" + port)).empty()); });
  EXPECT_LT(took, 1500ms);
  Client client{runtime.listeners().at(0).second};
  client.send("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 503) << "it is not known yet";
  go_on = true;

  ASSERT_TRUE(testing::wait_until([&] {
    runtime.control().restart();
    runtime.control().poll();
    Client again{runtime.listeners().at(0).second};
    again.send("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
    pollfd incoming{backend.fd(), POLLIN, 0};
    return ::poll(&incoming, 1, 100) == 1;
  })) << "it is used as soon as it is known";
}

TEST_F(RuntimeTest, AReloadWaitsForANameThatIsResolvedInTime) {
  std::atomic<int> asked = 0;
  Runtime runtime{log_, 2, std::make_unique<FakeLookup>([&](const Endpoint& endpoint) -> std::optional<Found> {
                    ++asked;
                    return net::FoundAddresses{net::resolve({"127.0.0.1", endpoint.port, ""}).value(), 60s};
                  })};
  testing::FakeUpstream backend{testing::reply(200, "from it")};
  const std::string port = backend.address().substr(sizeof "127.0.0.1");
  for (const std::string& text : {config("hello"), to_backend("http://new.example:" + port)}) {
    config::Loaded loaded = load(text);
    ASSERT_TRUE(runtime.apply(std::move(*loaded.settings), loaded.hash).empty());
  }

  EXPECT_EQ(Client{runtime.listeners().at(0).second}.get(), "from it") << "the first request";
  EXPECT_EQ(asked, 1);
}

// Regression: the reasons were dropped.
TEST_F(RuntimeTest, TellsWhyItCannotUseTheSecretOfOtherInstances) {
  HEADGATE_NEEDS("redis-server");
  const testing::RedisServer redis;
  const testing::Socket stranger = testing::listen_on("127.0.0.1:0");
  config::Loaded loaded = load(to_backend("http://127.0.0.1:9"));
  loaded.settings->upstreams.at("web").sticky.emplace();
  loaded.settings->state = {config::StateStore::redis, "", config::Redis{redis.url(), "test:", 2s, 1h}};
  loaded.settings->admin.emplace().address = {"127.0.0.1", port_of(stranger), ""};
  ASSERT_TRUE(runtime_.apply(std::move(*loaded.settings), loaded.hash).empty());
  admin::FakeProxy proxy;
  admin::Server admin{runtime_.control(), proxy};
  runtime_.use(admin);  // its port is taken
  const auto turn_until = [&](const auto& condition) {
    return testing::wait_until([&] {
      runtime_.control().restart();
      runtime_.control().run_for(5ms);
      return condition();
    });
  };
  ASSERT_TRUE(turn_until([&] { return redis.ask({"EXISTS", "test:secret:sticky"}) == "1"; }));

  redis.ask({"SET", "test:secret:sticky", std::string(64, 'a')});
  redis.ask({"SET", "test:version", "another"});

  const auto is_refusal = [](const observe::json& line) { return line["cause"] == "RELOAD_FAILED"; };
  std::vector<observe::json> lines;
  ASSERT_TRUE(turn_until([&] {
    lines = log_lines();
    return std::any_of(lines.begin(), lines.end(), is_refusal);
  }));
  const std::string detail = (*std::find_if(lines.begin(), lines.end(), is_refusal))["detail"];
  EXPECT_NE(detail.find("Address already in use"), std::string::npos) << detail;
}

TEST_F(RuntimeTest, DrainsWhenTheLastConnectionHasEnded) {
  ASSERT_TRUE(apply(config("hello")).empty());
  Client client{address()};
  client.get();
  testing::Signal drained;

  runtime_.drain([&] { drained.set(); });  // the idle connection is closed at once

  drained.wait();
  EXPECT_TRUE(client.closes());
  EXPECT_EQ(runtime_.state().connections, 0U);
}

TEST_F(RuntimeTest, CutsWhatDoesNotDrain) {
  ASSERT_TRUE(apply(config("hello")).empty());
  Client client{address()};
  client.send("GET / HTTP/1.1\r\n");  // a head that never ends
  ASSERT_TRUE(testing::wait_until([&] { return runtime_.state().accepted == 1; }));
  testing::Signal drained;
  runtime_.drain([&] { drained.set(); });

  runtime_.cut();

  drained.wait();
  EXPECT_TRUE(client.closes());
}

TEST_F(RuntimeTest, ClosesEverythingWhenItStops) {
  ASSERT_TRUE(apply(config("hello")).empty());
  const std::string before = address();
  Client client{before};
  client.get();

  runtime_.stop();

  EXPECT_TRUE(client.closes());
  EXPECT_FALSE(testing::accepts_connections(before));
}

TEST(WorkerCount, IsWhatTheConfigurationSays) {
  config::Settings settings;
  settings.workers = 3;

  EXPECT_EQ(worker_count(settings), 3U);
}

TEST(WorkerCount, IsTheNumberOfUsableCpusOtherwise) {
  const std::size_t count = worker_count({});

  EXPECT_GE(count, 1U);
  EXPECT_LE(count, std::thread::hardware_concurrency());
}

TEST(LogSettings, AreThoseOfTheConfiguration) {
  config::Logging logging;
  logging.directory = "/var/log/headgate";
  logging.level = config::LogLevel::error;
  logging.access = true;
  logging.retention = 5h;
  logging.max_total_bytes = 7;
  logging.queue_records = 100;
  logging.local_time = true;
  logging.console = true;

  const observe::LogSettings settings = log_settings(logging);

  EXPECT_EQ(settings, (observe::LogSettings{"/var/log/headgate", observe::Level::error, true, 5h, 7, 100, true, true}));
}

}  // namespace
}  // namespace headgate::app
