// Every strategy through the real program: shares, and what each of them is for.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <thread>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

constexpr int requests = sanitized ? 2'000 : 10'000;
constexpr int clients = 4;

/// Backends that say nothing but "ok".
class Backends {
 public:
  explicit Backends(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      all_.push_back(std::make_unique<FakeUpstream>(reply(200, std::to_string(i))));
  }
  [[nodiscard]] FakeUpstream& operator[](std::size_t index) { return *all_.at(index); }
  [[nodiscard]] Config config(const std::string& strategy, const std::vector<int>& weights) const {
    Config result = route_all_to({all_[0]->url()})
                        .with("/workers", 2)
                        .with("/trusted_proxies/0", "127.0.0.0/8")
                        .with("/upstreams/origin/strategy", strategy);
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const std::string backend = "/upstreams/origin/backends/" + std::to_string(i);
      result = result.with(backend + "/url", all_[i]->url()).with(backend + "/weight", weights.at(i));
    }
    return result;
  }
  [[nodiscard]] std::vector<double> shares() const {
    std::vector<double> result;
    for (const auto& backend : all_) result.push_back(static_cast<double>(backend->request_count()));
    const double total = std::accumulate(result.begin(), result.end(), 0.0);
    for (double& share : result) share /= total;
    return result;
  }

 private:
  std::vector<std::unique_ptr<FakeUpstream>> all_;
};

std::string request_number(int number) {
  return "GET /item/" + std::to_string(number) + " HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 10.0." +
         std::to_string(number / 250) + "." + std::to_string(number % 250) + "\r\n\r\n";
}

/// All requests over some kept connections, some of them under way at once.
void send_all(const ProxyUnderTest& proxy) {
  std::vector<std::thread> threads;
  for (int c = 0; c < clients; ++c)
    threads.emplace_back([&, c] {
      RawClient client{proxy.address()};
      for (int i = c; i < requests; i += clients) EXPECT_EQ(client.ask(request_number(i)).status, 200);
    });
  for (std::thread& thread : threads) thread.join();
}

class StrategyShares : public ::testing::TestWithParam<const char*> {};

TEST_P(StrategyShares, FollowTheWeights) {
  const std::string strategy = GetParam();
  const bool hashes = strategy.ends_with("hash");
  // With four requests at a time, hardly one a backend, those that look at loads have nothing to weigh.
  const bool by_load = strategy == "least_connections" || strategy == "power_of_two";
  const bool unweighted = by_load || strategy == "round_robin";
  const std::vector<int> weights = unweighted ? std::vector{1, 1, 1} : std::vector{3, 2, 1};
  Backends backends{3};
  {
    ProxyUnderTest proxy{backends.config(strategy, weights)};
    send_all(proxy);
  }

  const auto shares = backends.shares();
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double fair = weights[i] / total;
    const double chance = 5 * std::sqrt(fair * (1 - fair) / requests);  // five standard deviations
    // Hashes are never exact, and who looks at loads makes up for what takes longer.
    const double more = hashes ? 0.08 : by_load ? 0.12 : 0.02;
    // By latency it goes where the answers come sooner, which on one machine is a matter of chance.
    const double tolerance = strategy == "peak_ewma" ? 0.25 : chance + more * fair;
    EXPECT_NEAR(shares[i], fair, tolerance) << strategy << ' ' << i;
    RecordProperty("share_" + std::to_string(i), std::to_string(shares[i]));
  }
}

INSTANTIATE_TEST_SUITE_P(Balancing, StrategyShares,
                         ::testing::Values("round_robin", "weighted_round_robin", "least_connections", "ip_hash",
                                           "hash", "random", "power_of_two", "peak_ewma"),
                         [](const auto& strategy) { return std::string{strategy.param}; });

/// Which backend answers each of some requests.
std::vector<std::string> placed(const ProxyUnderTest& proxy) {
  RawClient client{proxy.address()};
  std::vector<std::string> result;
  for (int i = 0; i < 600; ++i) result.push_back(client.ask(request_number(i)).body);
  return result;
}

TEST(HashBalancing, KeepsEveryKeyButThoseOfTheBackendThatGoes) {
  for (const char* strategy : {"hash", "ip_hash"}) {
    Backends backends{4};
    const Config config = backends.config(strategy, {1, 1, 1, 1});
    ProxyUnderTest proxy{config};
    const auto before = placed(proxy);

    EXPECT_EQ(proxy.reload(config.without("/upstreams/origin/backends/1")), "applied");
    const auto after = placed(proxy);

    int moved = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      EXPECT_TRUE(before[i] == after[i] || before[i] == "1");
      moved += before[i] == after[i] ? 0 : 1;
    }
    EXPECT_LT(moved, 600 * (0.25 + 0.02) + 53) << "beside five standard deviations of the sample";
  }
}

TEST(HashBalancing, PlacesKeysTheSameInEveryInstance) {
  Backends backends{4};
  const Config config = backends.config("hash", {1, 1, 1, 1});
  ProxyUnderTest one{config};
  ProxyUnderTest another{config};

  EXPECT_EQ(placed(one), placed(another));
}

TEST(HashBalancing, OfACookieFollowsTheCookie) {
  Backends backends{4};
  ProxyUnderTest proxy{backends.config("hash", {1, 1, 1, 1})
                           .with("/upstreams/origin/hash/key", "cookie")
                           .with("/upstreams/origin/hash/name", "session")};
  RawClient client{proxy.address()};
  std::map<std::string, int> seen;

  for (int i = 0; i < 40; ++i) {
    const std::string cookie = "Cookie: a=1; session=" + std::to_string(i) + "\r\n";
    const std::string first = client.get("/" + std::to_string(i), cookie).body;
    EXPECT_EQ(client.get("/another", cookie).body, first);
    ++seen[first];
  }

  EXPECT_EQ(seen.size(), 4U);
}

class LoadBalancing : public ::testing::TestWithParam<const char*> {};

TEST_P(LoadBalancing, SeesInEveryWorkerWhatAllWorkersHaveRunning) {
  Signal release;
  std::atomic<int> held{0};
  FakeUpstream hung{[&](const Request&) {
    ++held;
    release.wait();
    return reply(200, "hung");
  }};
  FakeUpstream quick{reply(200, "quick")};
  const Config config = route_all_to({hung.url()}).with("/workers", 2).with("/upstreams/origin/strategy", GetParam());
  ProxyUnderTest proxy{config};
  std::vector<std::unique_ptr<RawClient>> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.push_back(std::make_unique<RawClient>(proxy.address()));
    waiting.back()->send(RawClient::get_request("/"));
  }
  ASSERT_TRUE(wait_until([&] { return held == 5; }));
  EXPECT_EQ(proxy.reload(config.with("/upstreams/origin/backends/1/url", quick.url())), "applied");

  // Twenty connections: the kernel gives some of them to each of the two workers.
  for (int i = 0; i < 20; ++i) EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "quick");

  EXPECT_EQ(held, 5);
  release.set();
  for (auto& client : waiting) EXPECT_EQ(client->read_response().body, "hung");
}

INSTANTIATE_TEST_SUITE_P(Balancing, LoadBalancing, ::testing::Values("least_connections", "power_of_two"),
                         [](const auto& strategy) { return std::string{strategy.param}; });

TEST(LatencyBalancing, LeavesASlowBackendAloneAndTriesItAgain) {
  std::atomic<int> delay_ms{40};
  FakeUpstream slow{[&](UpstreamConnection& connection) {
    for (;;) {
      connection.receive();
      Signal never;  // a backend that takes its time
      EXPECT_THROW(never.wait(milliseconds{delay_ms}), std::runtime_error);
      connection.send(reply(200, "slow"));
    }
  }};
  FakeUpstream quick{reply(200, "quick")};
  ProxyUnderTest proxy{route_all_to({slow.url(), quick.url()}).with("/upstreams/origin/strategy", "peak_ewma")};
  RawClient client{proxy.address()};

  for (int i = 0; i < 300; ++i) client.get("/");

  EXPECT_GE(slow.request_count(), 1U) << "nothing was known of it";
  EXPECT_LE(slow.request_count(), 10U);
}

TEST(BackupBackend, ServesOnlyWhileTheOthersAreDead) {
  auto primary = std::make_unique<FakeUpstream>(reply(200, "primary"));
  FakeUpstream backup{reply(200, "backup")};
  const std::string address = primary->address();
  ProxyUnderTest proxy{route_all_to({primary->url(), backup.url()})
                           .with("/upstreams/origin/backends/1/backup", true)
                           .with("/upstreams/origin/health/passive/consecutive_failures", 1)
                           .with("/upstreams/origin/health/passive/max_ejected_percent", 100)
                           .with("/upstreams/origin/health/passive/eject_for", "1s")};
  RawClient client{proxy.address()};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client.get("/").body, "primary");

  primary->stop();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client.get("/").body, "backup");
  primary = std::make_unique<FakeUpstream>(reply(200, "primary"), address);

  EXPECT_TRUE(wait_until([&] { return client.get("/").body == "primary"; }));
}

TEST(SlowStart, GivesABackendThatJoinsASmallShareAtFirst) {
  FakeUpstream old{reply(200, "old")};
  FakeUpstream fresh{reply(200, "fresh")};
  for (const char* strategy : {"round_robin", "weighted_round_robin", "random"}) {
    const Config config = route_all_to({old.url()})
                              .with("/upstreams/origin/strategy", strategy)
                              .with("/upstreams/origin/slow_start", "1h");
    ProxyUnderTest proxy{config};
    RawClient client{proxy.address()};
    EXPECT_EQ(client.get("/").body, "old");
    EXPECT_EQ(proxy.reload(config.with("/upstreams/origin/backends/1/url", fresh.url())), "applied");

    int served = 0;
    for (int i = 0; i < 1'000; ++i) served += client.get("/").body == "fresh" ? 1 : 0;

    EXPECT_NEAR(served, 1'000 * 0.1 / 1.1, 45) << strategy;
  }
}

TEST(SlowStart, EndsWithTheFullShare) {
  FakeUpstream old{reply(200, "old")};
  FakeUpstream fresh{reply(200, "fresh")};
  const Config config = route_all_to({old.url()}).with("/upstreams/origin/slow_start", "1s");
  ProxyUnderTest proxy{config};
  EXPECT_EQ(proxy.reload(config.with("/upstreams/origin/backends/1/url", fresh.url())), "applied");
  RawClient client{proxy.address()};

  EXPECT_TRUE(wait_until([&] {
    int served = 0;
    for (int i = 0; i < 20; ++i) served += client.get("/").body == "fresh" ? 1 : 0;
    return served == 10;
  }));
}

}  // namespace
}  // namespace headgate::testing
