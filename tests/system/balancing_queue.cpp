// max_connections and the queue through the real program, over several workers.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "support/load.hpp"
#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

/// A backend that counts how many requests it has at once.
class CountingBackend {
 public:
  explicit CountingBackend(milliseconds time) : time_{time} {}
  [[nodiscard]] std::string url() const { return upstream_.url(); }
  [[nodiscard]] int most() const { return most_; }
  [[nodiscard]] std::size_t served() const { return upstream_.request_count(); }

 private:
  Reply serve() {
    const int now = ++running_;
    for (int seen = most_; now > seen && !most_.compare_exchange_weak(seen, now);) {
    }
    Signal never;  // it takes its time
    try {
      never.wait(time_);
    } catch (const std::runtime_error&) {
    }
    --running_;
    return reply(200);
  }

  milliseconds time_;
  std::atomic<int> running_{0};
  std::atomic<int> most_{0};
  FakeUpstream upstream_{[this](const Request&) { return serve(); }};
};

TEST(MaxConnections, AreNeverExceededByAllWorkersTogether) {
  CountingBackend backend{2ms};
  ProxyUnderTest proxy{route_all_to({backend.url()})
                           .with("/workers", 4)
                           .with("/upstreams/origin/backends/0/max_connections", 3)
                           .with("/upstreams/origin/queue/timeout", "20s")};
  Load load{[&] { return proxy.address(); }, 24};

  EXPECT_TRUE(wait_until([&] { return load.served() > 300; }));
  load.stop();

  EXPECT_EQ(load.failures(), std::vector<std::string>{});
  EXPECT_EQ(backend.most(), 3);
}

TEST(MaxConnections, StarveNoWorkerThoughThereAreFewerThanWorkers) {
  CountingBackend backend{1ms};
  ProxyUnderTest proxy{route_all_to({backend.url()})
                           .with("/workers", 4)
                           .with("/upstreams/origin/backends/0/max_connections", 1)
                           .with("/upstreams/origin/queue/timeout", "20s")};
  std::atomic<bool> stopping{false};
  std::vector<std::atomic<int>> served(16);
  std::vector<std::thread> clients;
  for (auto& count : served)
    clients.emplace_back([&] {
      RawClient client{proxy.address()};
      while (!stopping) count += client.get("/").status == 200 ? 1 : 0;
    });

  const auto everybody = [&] { return std::all_of(served.begin(), served.end(), [](auto& n) { return n > 20; }); };
  EXPECT_TRUE(wait_until(everybody));
  stopping = true;
  for (std::thread& client : clients) client.join();

  int least = served[0];
  int most = served[0];
  for (const auto& count : served) {
    least = std::min(least, count.load());
    most = std::max(most, count.load());
  }
  EXPECT_LT(most, 3 * least) << "they wait in one line";
  EXPECT_EQ(backend.most(), 1);
}

TEST(MaxConnections, OfOneBackendSendTheRestToTheOther) {
  Signal release;
  std::atomic<int> held{0};
  FakeUpstream limited{[&](const Request&) {
    ++held;
    release.wait();
    return reply(200, "limited");
  }};
  FakeUpstream other{reply(200, "other")};
  ProxyUnderTest proxy{
      route_all_to({limited.url(), other.url()}).with("/upstreams/origin/backends/0/max_connections", 1)};
  RawClient first{proxy.address()};
  first.send(RawClient::get_request("/"));
  ASSERT_TRUE(wait_until([&] { return held == 1; }));

  RawClient second{proxy.address()};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(second.get("/").body, "other");

  release.set();
  EXPECT_EQ(first.read_response().body, "limited");
}

/// One backend with one place, which is taken.
class TakenPlace : public ::testing::Test {
 protected:
  [[nodiscard]] Config config() const {
    return route_all_to({upstream_.url()}).with("/upstreams/origin/backends/0/max_connections", 1);
  }
  void take(const ProxyUnderTest& proxy) {
    holder_ = std::make_unique<RawClient>(proxy.address());
    holder_->send(RawClient::get_request("/holder"));
    ASSERT_TRUE(wait_until([&] { return held_ > 0; }));
  }
  void free() {
    release_.set();
    EXPECT_EQ(holder_->read_response().status, 200);
  }

  std::atomic<int> held_{0};
  Signal release_;
  FakeUpstream upstream_{[this](const Request& request) {
    if (request.target == "/holder") {
      ++held_;
      release_.wait();
    }
    return reply(200, request.target);
  }};
  std::unique_ptr<RawClient> holder_;
};

TEST_F(TakenPlace, LetsARequestWait) {
  ProxyUnderTest proxy{config()};
  take(proxy);
  RawClient waiting{proxy.address()};
  waiting.send(RawClient::get_request("/waiting"));
  RawClient next{proxy.address()};
  next.send(RawClient::get_request("/next"));

  free();

  EXPECT_EQ(waiting.read_response().body, "/waiting");
  EXPECT_EQ(next.read_response().body, "/next");
}

TEST_F(TakenPlace, RefusesWhatTheQueueHasNoRoomFor) {
  ProxyUnderTest proxy{config().with("/upstreams/origin/queue/size", 0)};
  take(proxy);

  RawClient client{proxy.address()};
  EXPECT_EQ(client.get("/").status, 503);
  const LogRecord record = proxy.wait_for_log("QUEUE_FULL");
  EXPECT_EQ(record["status"], "503");
  EXPECT_EQ(record["upstream"], "origin");

  free();
  EXPECT_EQ(client.get("/later").body, "/later");
}

TEST_F(TakenPlace, RefusesWhoHasWaitedForTooLong) {
  ProxyUnderTest proxy{config().with("/upstreams/origin/queue/timeout", "200ms")};
  take(proxy);
  RawClient client{proxy.address()};

  const milliseconds time = time_of([&] { EXPECT_EQ(client.get("/").status, 503); });

  EXPECT_GE(time, 200ms);
  EXPECT_EQ(proxy.wait_for_log("QUEUE_TIMEOUT")["phase"], "connect");
  free();
}

TEST_F(TakenPlace, ForgetsAClientThatHasLeft) {
  ProxyUnderTest proxy{config().with("/upstreams/origin/queue/timeout", "20s")};
  take(proxy);
  {
    RawClient leaver{proxy.address()};
    leaver.send(RawClient::get_request("/leaver"));
  }
  EXPECT_EQ(proxy.wait_for_log("CLIENT_CLOSED")["path"], "/leaver");

  free();

  EXPECT_EQ(RawClient{proxy.address()}.get("/after").body, "/after");
  EXPECT_EQ(upstream_.request_count(), 2U);
}

TEST_F(TakenPlace, KeepsThoseWhoWaitOverAReload) {
  const Config old = config().with("/upstreams/origin/queue/timeout", "20s");
  ProxyUnderTest proxy{old};
  take(proxy);
  RawClient waiting{proxy.address()};
  waiting.send(RawClient::get_request("/waiting"));
  RawClient idle{proxy.address()};

  EXPECT_EQ(proxy.reload(old.with("/upstreams/origin/queue/size", 9)), "applied");
  RawClient later{proxy.address()};
  later.send(RawClient::get_request("/later"));
  free();

  EXPECT_EQ(waiting.read_response().body, "/waiting");
  EXPECT_EQ(later.read_response().body, "/later");
}

TEST_F(TakenPlace, IsWaitedForDuringADrain) {
  ProxyUnderTest proxy{config().with("/timeouts/drain", "20s")};
  take(proxy);
  RawClient waiting{proxy.address()};
  waiting.send(RawClient::get_request("/waiting"));

  proxy.signal(SIGTERM);
  proxy.wait_for_log("PROXY_DRAINING");
  free();

  EXPECT_EQ(waiting.read_response().body, "/waiting");
  EXPECT_EQ(proxy.wait_for_exit(), 0);
}

TEST_F(TakenPlace, IsGivenUpWhenTheDrainIsOver) {
  ProxyUnderTest proxy{config().with("/timeouts/drain", "1s").with("/upstreams/origin/queue/timeout", "1h")};
  take(proxy);
  RawClient waiting{proxy.address()};
  waiting.send(RawClient::get_request("/waiting"));

  proxy.signal(SIGTERM);

  EXPECT_EQ(proxy.wait_for_exit(), 0);
  EXPECT_TRUE(waiting.closes());
  release_.set();
}

}  // namespace
}  // namespace headgate::testing
