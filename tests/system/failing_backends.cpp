// One of three backends fails under steady load, in every way that a backend can: no request may fail for it, the
// backend is ejected, and takes part again when it is well.
#include <gtest/gtest.h>
#include <signal.h>

#include <optional>

#include "support/chaos_gate.hpp"
#include "support/load.hpp"
#include "support/nginx.hpp"
#include "support/prerequisites.hpp"
#include "support/proxy_under_test.hpp"
#include "support/script_origin.hpp"

namespace headgate::testing {
namespace {

constexpr std::size_t clients = 16;
constexpr std::size_t consecutive_failures = 3;

Config three(const std::string& a, const std::string& b, const std::string& c) {
  return route_all_to({a, b, c})
      .with("/workers", 2)
      .with("/logging/level", "warn")
      .with("/upstreams/origin/retry", Value::of_json(R"({ "on": ["connect_failure", "reset", "timeout", "502-504"],
          "per_try_timeout": "300ms", "backoff": { "base": "5ms" } })"))
      .with("/upstreams/origin/health/passive", Value::of_json(R"({ "consecutive_failures": 3, "eject_for": "500ms",
          "max_eject_for": "2s", "max_ejected_percent": 50 })"));
}

class FailingBackend : public ::testing::Test {
 protected:
  void SetUp() override {
    HEADGATE_NEEDS("node", "nginx", "python3");
    nginx_.emplace();
    python_.emplace(std::vector<std::string>{python(), peer("origin.py"), "HTTP/1.1"});
    node_.emplace(std::vector<std::string>{"node", peer("origin.mjs")});
    gate_.emplace(nginx_->address());
    proxy_.emplace(three(python_->url(), node_->url(), gate_->url()));
    load_.emplace([this] { return proxy_->address(); }, static_cast<int>(clients));
    ASSERT_TRUE(all_serve());
  }

  /// So many requests more.
  [[nodiscard]] bool serve_more(int requests) {
    const int until = load_->served() + requests;
    return wait_until([&] { return load_->served() >= until; });
  }
  [[nodiscard]] bool serves(const std::string& body) const {
    RawClient client{proxy_->address()};
    return wait_until([&] { return client.get("/load").body == body; });
  }
  [[nodiscard]] bool all_serve() const { return serves("python") && serves("node") && serves("nginx"); }

  /// Attempts that failed on this backend until then: the order of lines is not exactly that of time.
  [[nodiscard]] std::size_t failures_until(const std::string& time, const std::string& backend) const {
    std::size_t count = 0;
    for (const LogRecord& record : proxy_->log())
      if (record["outcome"] == "retried" && record["backend"] == backend && record["time"] <= time) ++count;
    return count;
  }
  void expect_ejected(const std::string& backend, const std::string& failure) const {
    const LogRecord ejected = proxy_->wait_for_log("BACKEND_EJECTED");
    EXPECT_EQ(ejected["backend"], backend);
    EXPECT_EQ(ejected["failure"], failure);
    ASSERT_TRUE(wait_until([&] { return failures_until("z", backend) >= consecutive_failures; }));
    EXPECT_LE(failures_until(ejected["time"], backend),
              consecutive_failures + clients);  // those running at that moment
  }
  void expect_unharmed() {
    load_->stop();
    const auto failures = load_->failures();
    EXPECT_TRUE(failures.empty()) << failures.size() << " failures, the first: " << failures.front();
  }

  std::optional<Nginx> nginx_;
  std::optional<ScriptOrigin> python_;
  std::optional<ScriptOrigin> node_;
  std::optional<ChaosGate> gate_;  ///< before nginx
  std::optional<ProxyUnderTest> proxy_;
  std::optional<Load> load_;
};

TEST_F(FailingBackend, ThatIsKilled) {
  python_->signal(SIGKILL);
  proxy_->wait_for_log("BACKEND_EJECTED");
  EXPECT_TRUE(serve_more(100));
  proxy_->wait_for_log("BACKEND_EJECTED", 1);  // it is tried again in vain
  python_->restart();
  EXPECT_TRUE(all_serve());

  expect_unharmed();
  EXPECT_GE(proxy_->count_log("BACKEND_RESTORED"), 2U);
}

TEST_F(FailingBackend, ThatHangs) {
  node_->signal(SIGSTOP);
  expect_ejected(node_->address(), "UPSTREAM_TRY_TIMEOUT");
  EXPECT_TRUE(serve_more(100));
  node_->signal(SIGCONT);
  EXPECT_TRUE(all_serve());

  expect_unharmed();
}

TEST_F(FailingBackend, ThatRefusesConnections) {
  gate_->close();
  proxy_->wait_for_log("BACKEND_EJECTED");
  EXPECT_TRUE(serve_more(100));
  gate_->open();
  EXPECT_TRUE(all_serve());

  expect_unharmed();
}

TEST_F(FailingBackend, ThatResetsInTheMiddleOfItsResponses) {
  gate_->set({.cut_after = 10});
  expect_ejected(gate_->address(), "UPSTREAM_RESET");
  EXPECT_TRUE(serve_more(100));
  gate_->set({});
  EXPECT_TRUE(all_serve());

  expect_unharmed();
}

TEST_F(FailingBackend, ThatSlowsToACrawl) {
  gate_->set({.delay = 50ms, .piece = 1});
  expect_ejected(gate_->address(), "UPSTREAM_TRY_TIMEOUT");
  EXPECT_TRUE(serve_more(100));
  gate_->set({});
  EXPECT_TRUE(all_serve());

  expect_unharmed();
}

TEST_F(FailingBackend, ThatSwallowsWhatItIsAsked) {
  gate_->set({.drop = true});
  expect_ejected(gate_->address(), "UPSTREAM_TRY_TIMEOUT");
  EXPECT_TRUE(serve_more(100));
  gate_->set({});
  EXPECT_TRUE(all_serve());

  expect_unharmed();
}

TEST_F(FailingBackend, ThatAnswersWithGarbage) {
  gate_->set({.corrupt = true});
  expect_ejected(gate_->address(), "UPSTREAM_BAD_STATUS_LINE");
  EXPECT_TRUE(serve_more(100));
  gate_->set({});
  EXPECT_TRUE(all_serve());

  expect_unharmed();
}

TEST_F(FailingBackend, ThatFlaps) {
  for (int i = 0; i < 5; ++i) {
    gate_->close();
    EXPECT_TRUE(serve_more(50));
    gate_->open();
    EXPECT_TRUE(serve_more(50));
  }
  EXPECT_TRUE(all_serve());

  expect_unharmed();
}

TEST_F(FailingBackend, ThatIsOnlyFarAwayIsNoFailure) {
  gate_->set({.delay = 20ms});
  EXPECT_TRUE(serve_more(60));
  gate_->set({.piece = 1});
  EXPECT_TRUE(serve_more(60));

  expect_unharmed();
  EXPECT_EQ(proxy_->count_log("BACKEND_EJECTED"), 0U);
}

TEST_F(FailingBackend, NeverAreMoreEjectedThanMayBe) {
  // More than a budget is for: of two requests one has to be made again.
  const Config config = three(python_->url(), node_->url(), gate_->url());
  ASSERT_EQ(proxy_->reload(config.with("/upstreams/origin/retry/budget_percent", 0)), "applied");
  python_->signal(SIGKILL);
  gate_->close();
  proxy_->wait_for_log("BACKEND_EJECTED");
  EXPECT_TRUE(serve_more(300));
  load_->stop();

  int out = 0;
  for (const LogRecord& record : proxy_->log()) {
    if (record["cause"] == "BACKEND_EJECTED") ++out;
    if (record["cause"] == "BACKEND_RESTORED") --out;
    EXPECT_LE(out, 1) << record.line;  // half of three, rounded down
  }
  EXPECT_EQ(load_->failures(), std::vector<std::string>{});
}

}  // namespace
}  // namespace headgate::testing
