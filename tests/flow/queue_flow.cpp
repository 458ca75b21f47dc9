// Requests that wait for a busy backend, in a whole worker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "memory_proxy.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

std::string request(std::string_view path) { return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n"; }

/// One backend that serves one request at a time, and answers when the test says so.
class QueueFlow : public ::testing::Test {
 protected:
  static std::string config(std::string_view queue, std::string_view more_backends = "") {
    return R"({ "listeners": [{ "address": "127.0.0.1:80" }], "routes": [{ "upstream": "web" }], "upstreams": { "web": {
        "backends": [{ "url": "http://10.0.0.1:80", "max_connections": 1 })" +
           std::string{more_backends} + R"(], "retry": { "backoff": { "base": "1ms", "max": "1ms" } }, "queue": )" +
           std::string{queue} + R"( } }, "timeouts": { "client_idle": "1h" } })";
  }
  /// Notes what a backend is asked, and answers once for each answer() of the test.
  MemoryProxy::Upstream backend() {
    return [this](Wire& wire) {
      if (const std::size_t end = wire.from_proxy.find("\r\n\r\n"); end != std::string::npos) {
        asked_.push_back(wire.from_proxy.substr(4, wire.from_proxy.find(' ', 4) - 4));
        wire.from_proxy.clear();
        pending_.push_back(&wire);
      }
      if (answers_ == 0 || pending_.empty() || pending_.front() != &wire) return;
      --answers_;
      pending_.erase(pending_.begin());
      wire.to_proxy += "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    };
  }
  void answer(MemoryProxy& proxy, int count = 1) {
    answers_ += count;
    proxy.settle();
  }
  WirePtr ask(MemoryProxy& proxy, std::string_view path) {
    auto client = proxy.client(request(path));
    proxy.settle();
    return client;
  }
  using Paths = std::vector<std::string>;

  FaultPlan faults_;
  Paths asked_;
  std::vector<Wire*> pending_;
  int answers_ = 0;
};

TEST_F(QueueFlow, ServesThoseWhoWaitInTheirOrder) {
  MemoryProxy proxy{config(R"({ "size": 2, "timeout": "10s" })"), faults_, backend()};
  const auto a = ask(proxy, "/a");
  const auto b = ask(proxy, "/b");
  const auto c = ask(proxy, "/c");
  EXPECT_EQ(asked_, (Paths{"/a"}));

  answer(proxy);
  EXPECT_EQ(asked_, (Paths{"/a", "/b"}));
  answer(proxy, 2);

  EXPECT_EQ(asked_, (Paths{"/a", "/b", "/c"}));
  for (const auto& client : {a, b, c}) EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(proxy.connections_tried(), 1U) << "who waited uses the connection that became free";
}

TEST_F(QueueFlow, LetsTheNextRequestOfAConnectionStandBehindThoseWhoWait) {
  MemoryProxy proxy{config(R"({ "size": 2, "timeout": "10s" })"), faults_, backend()};
  const auto greedy = proxy.client(request("/1") + request("/2"));
  proxy.settle();
  ask(proxy, "/b");

  answer(proxy, 3);

  EXPECT_EQ(asked_, (Paths{"/1", "/b", "/2"}));
}

TEST_F(QueueFlow, RefusesWhoFindsTheQueueFull) {
  MemoryProxy proxy{config(R"({ "size": 1, "timeout": "10s" })"), faults_, backend()};
  ask(proxy, "/a");
  ask(proxy, "/b");

  const auto late = ask(proxy, "/late");

  EXPECT_THAT(late->from_proxy, StartsWith("HTTP/1.1 503"));
  EXPECT_FALSE(late->proxy_closed);
}

TEST_F(QueueFlow, RefusesAtOnceWithoutAQueue) {
  MemoryProxy proxy{config(R"({ "size": 0 })"), faults_, backend()};
  ask(proxy, "/a");

  EXPECT_THAT(ask(proxy, "/b")->from_proxy, StartsWith("HTTP/1.1 503"));
}

TEST_F(QueueFlow, LetsNobodyWaitForTooLong) {
  MemoryProxy proxy{config(R"({ "timeout": "2s" })"), faults_, backend()};
  ask(proxy, "/a");
  const auto b = ask(proxy, "/b");

  proxy.advance(1'900ms);
  EXPECT_EQ(b->from_proxy, "");
  proxy.advance(200ms);

  EXPECT_THAT(b->from_proxy, StartsWith("HTTP/1.1 503"));
}

TEST_F(QueueFlow, GivesThePlaceOfAClientThatHasLeftToTheNext) {
  for (const bool reset : {false, true}) {
    asked_.clear();
    pending_.clear();
    MemoryProxy proxy{config(R"({ "size": 2, "timeout": "10s" })"), faults_, backend()};
    ask(proxy, "/a");
    const auto leaver = ask(proxy, "/leaver");
    ask(proxy, "/c");

    (reset ? leaver->peer_reset : leaver->peer_closed) = true;
    proxy.advance(700ms);
    answer(proxy, 2);

    EXPECT_EQ(asked_, (Paths{"/a", "/c"})) << reset;
    EXPECT_TRUE(leaver->proxy_closed);
  }
}

TEST_F(QueueFlow, AnswersAClientThatHasClosedItsSideWhileItsRequestRuns) {
  MemoryProxy proxy{config(R"({ "size": 2, "timeout": "10s" })"), faults_, backend()};
  ask(proxy, "/a");
  const auto b = ask(proxy, "/b");
  answer(proxy);

  b->peer_closed = true;
  proxy.advance(700ms);
  answer(proxy);

  EXPECT_THAT(b->from_proxy, StartsWith("HTTP/1.1 200"));
}

TEST_F(QueueFlow, WaitsRatherThanFailsWhenTheBackendToTryNextIsBusy) {
  MemoryProxy proxy{config(R"({ "timeout": "10s" })", R"(, { "url": "http://10.0.0.2:80", "max_connections": 1 })"),
                    faults_, backend()};
  ask(proxy, "/a");
  const auto b = ask(proxy, "/b");
  ASSERT_EQ(asked_, (Paths{"/a", "/b"}));

  pending_.back()->peer_closed = true;  // the backend of /b dies
  pending_.pop_back();
  proxy.settle();
  proxy.advance(200ms);
  EXPECT_EQ(b->from_proxy, "");
  answer(proxy, 2);

  EXPECT_EQ(asked_, (Paths{"/a", "/b", "/b"}));
  EXPECT_THAT(b->from_proxy, StartsWith("HTTP/1.1 200"));
}

// Regression: the next backend's place was taken before the pause, and the backend not looked at again after it.
TEST_F(QueueFlow, HoldsNoPlaceWhileARetryPauses) {
  std::string text = config(R"({ "timeout": "10s" })", R"(, { "url": "http://10.0.0.2:80", "max_connections": 1 })");
  for (std::size_t at = 0; (at = text.find("1ms", at)) != std::string::npos;) text.replace(at, 3, "1h");
  MemoryProxy proxy{text, faults_, backend()};
  ask(proxy, "/a");
  pending_.back()->peer_closed = true;
  pending_.pop_back();
  proxy.settle();

  ask(proxy, "/b");
  ask(proxy, "/c");

  EXPECT_EQ(asked_, (Paths{"/a", "/b", "/c"}));
}

TEST_F(QueueFlow, CutsThoseWhoWaitWithTheOthers) {
  MemoryProxy proxy{config(R"({ "timeout": "10s" })"), faults_, backend()};
  for (const char* path : {"/a", "/b", "/c", "/d"}) ask(proxy, path);
  ASSERT_EQ(proxy.sessions(), 4U);

  proxy.cut();

  EXPECT_EQ(proxy.sessions(), 0U);
  EXPECT_EQ(asked_, (Paths{"/a"}));
}

TEST_F(QueueFlow, CutsThoseWhoWaitWhateverFailsMeanwhile) {
  for (std::size_t step = 1; step < 40; ++step) {
    FaultPlan faults{step};
    pending_.clear();
    MemoryProxy proxy{config(R"({ "timeout": "10s" })"), faults, backend()};
    ask(proxy, "/a");
    for (int i = 0; i < 3; ++i) proxy.client("GET /b HTTP/1.0\r\n\r\n");  // ends at once when its connect fails
    proxy.settle();

    proxy.cut();

    EXPECT_EQ(proxy.sessions(), 0U) << step;
  }
}

TEST_F(QueueFlow, SetsTheCookieOnTheResponseOfWhoHasWaited) {
  std::string text = config(R"({ "timeout": "10s" })");
  text.insert(text.find("\"retry\""), R"("sticky": { "secret": "0123456789abcdef" }, )");
  MemoryProxy proxy{text, faults_, backend()};
  ask(proxy, "/a");
  const auto b = ask(proxy, "/b");

  answer(proxy, 2);

  EXPECT_THAT(b->from_proxy, HasSubstr("\r\nSet-Cookie: headgate="));
}

}  // namespace
}  // namespace headgate::testing
