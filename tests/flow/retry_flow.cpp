// Retries and what they tell the endpoints' health, at every step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exchange/retry_budget.hpp"
#include "memory_proxy.hpp"

namespace headgate::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
constexpr std::string_view unavailable = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";
constexpr std::string_view reset = "";

/// Three backends that all do what the test says: one step for each request that they get, in order.
class RetryFlow : public ::testing::Test {
 protected:
  /// `retry`: members of the upstream's "retry". No pauses, if it says nothing else.
  void serve(const std::string& retry, std::vector<std::string_view> steps) {
    std::string rules = retry.empty() ? R"("attempts": 2)" : retry;
    if (rules.find("backoff") == std::string::npos) rules += R"(, "backoff": { "base": "0ms" })";
    serve_upstream(R"("retry": { )" + rules + " }", std::move(steps));
  }
  /// `members`: of the upstream, beside its backends. `route`: of the route.
  void serve_upstream(const std::string& members, std::vector<std::string_view> steps, const std::string& route = "") {
    steps_ = std::move(steps);
    proxy_.emplace(R"({ "listeners": [{ "address": "127.0.0.1:80" }], "routes": [{ "upstream": "web")" + route +
                       R"( }], "upstreams": { "web": {
        "backends": ["http://10.0.0.1", "http://10.0.0.2", "http://10.0.0.3"], )" +
                       members + " } } }",
                   faults_, [this](Wire& wire) { answer(wire); });
  }
  WirePtr ask(std::string_view request) {
    auto client = proxy_->client(std::string{request});
    proxy_->settle();
    return client;
  }
  [[nodiscard]] std::uint32_t failures(int backend) {
    return proxy_->endpoint("web 10.0.0." + std::to_string(backend) + ":80").failures_in_a_row;
  }
  [[nodiscard]] std::uint32_t all_failures() { return failures(1) + failures(2) + failures(3); }

  /// What each attempt's backend got, in order.
  std::vector<std::string> received_;

 private:
  /// A request is whole at the end of its body, as far as these tests have one: "abcdef".
  void answer(Wire& wire) {
    const std::string& got = wire.from_proxy;
    const auto head = got.find("\r\n\r\n");
    if (head == std::string::npos || received_.size() == steps_.size()) return;
    if (got.find("Length: 6") < head && got.size() < head + 10) return;
    if (got.find("chunked") < head && !got.ends_with("0\r\n\r\n")) return;
    const std::string_view step = steps_[received_.size()];
    received_.push_back(std::exchange(wire.from_proxy, {}));
    wire.to_proxy += step;
    wire.peer_closed = step == reset;
  }

  FaultPlan faults_;
  std::vector<std::string_view> steps_;

 protected:
  std::optional<MemoryProxy> proxy_;
};

TEST_F(RetryFlow, TriesAGetAgainThatWasReset) {
  serve("", {reset, hello});

  const WirePtr client = ask(get);

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(received_.size(), 2U);
  EXPECT_EQ(all_failures(), 1U);
}

TEST_F(RetryFlow, TakesAnotherBackendEachTime) {
  serve("", {reset, reset, reset});

  const WirePtr client = ask(get);

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 502"));
  for (int backend = 1; backend <= 3; ++backend) EXPECT_EQ(failures(backend), 1U) << backend;
}

TEST_F(RetryFlow, EndsAfterSoManyAttempts) {
  serve(R"("attempts": 1)", {reset, reset, hello});

  const WirePtr client = ask(get);

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 502"));
  EXPECT_EQ(received_.size(), 2U);
}

TEST_F(RetryFlow, NeverTriesAPostAgainThatMayHaveArrived) {
  serve("", {reset, hello});

  const WirePtr client = ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabcdef");

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 502"));
  EXPECT_EQ(received_.size(), 1U);
}

TEST_F(RetryFlow, TriesAPostAgainWhenTheConfigurationSaysSo) {
  serve(R"("non_idempotent": true)", {reset, hello});

  const WirePtr client = ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabcdef");

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(received_.back(), EndsWith("\r\n\r\nabcdef"));
}

TEST_F(RetryFlow, DropsAResponseWhoseStatusIsListed) {
  serve("", {unavailable, hello});

  const WirePtr client = ask(get);

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(client->from_proxy, Not(HasSubstr("busy")));
  EXPECT_EQ(all_failures(), 1U);
}

TEST_F(RetryFlow, RelaysTheLastResponseAsItCame) {
  serve("", {unavailable, unavailable, unavailable});

  const WirePtr client = ask(get);

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(client->from_proxy, EndsWith("\r\n\r\nbusy"));
  EXPECT_EQ(all_failures(), 3U);
}

TEST_F(RetryFlow, RelaysAResponseAsItCameWhenNothingMayBeTriedAgain) {
  serve(R"("attempts": 0)", {unavailable});

  EXPECT_THAT(ask(get)->from_proxy, EndsWith("\r\n\r\nbusy"));
}

TEST_F(RetryFlow, TriesAMalformedResponseAgainBeforeItsHeadIsSent) {
  serve("", {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "garbage\r\n\r\n", hello});

  const WirePtr client = ask(get);

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(client->from_proxy, EndsWith("hello"));
  EXPECT_EQ(received_.size(), 3U);
}

TEST_F(RetryFlow, NeverTriesAgainOnceAByteOfAResponseWentOut) {
  serve("", {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", hello});
  const WirePtr client = ask(get);

  proxy_->upstreams().front()->peer_closed = true;
  proxy_->settle();

  EXPECT_THAT(client->from_proxy, EndsWith("\r\n\r\nhello"));
  EXPECT_TRUE(client->proxy_closed);
  EXPECT_EQ(received_.size(), 1U);
  EXPECT_EQ(all_failures(), 1U);
}

TEST_F(RetryFlow, SendsABodyAgainThatCameInPieces) {
  serve("", {reset, hello});
  const WirePtr client = ask("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");

  client->to_proxy += "def";
  proxy_->settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
  ASSERT_EQ(received_.size(), 2U);
  EXPECT_THAT(received_.back(), EndsWith("\r\n\r\nabcdef"));
}

TEST_F(RetryFlow, GoesOnWithABodyOfWhichPartWasSentBefore) {
  serve("", {hello});
  const WirePtr client = ask("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
  proxy_->upstreams().front()->peer_closed = true;
  proxy_->settle();

  client->to_proxy += "def";
  proxy_->settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(received_.back(), EndsWith("\r\n\r\nabcdef"));
}

TEST_F(RetryFlow, SendsAChunkedBodyAgain) {
  serve("", {reset, hello});
  const WirePtr client = ask("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");

  client->to_proxy += "3\r\ndef\r\n0\r\n\r\n";
  proxy_->settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(received_.back(), EndsWith("6\r\nabcdef\r\n0\r\n\r\n"));
}

TEST_F(RetryFlow, NeverSendsABodyAgainThatIsLongerThanTheBuffer) {
  serve(R"("buffer_bytes": 5)", {reset, hello});
  const WirePtr client = ask("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");

  client->to_proxy += "def";
  proxy_->settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 502"));
  EXPECT_EQ(received_.size(), 1U);
}

TEST_F(RetryFlow, GivesAnAttemptOnlyItsTime) {
  serve(R"("on": ["timeout"], "per_try_timeout": "200ms")", {});
  const WirePtr client = ask(get);
  ASSERT_EQ(proxy_->upstreams().size(), 1U);

  proxy_->advance(200ms);

  EXPECT_EQ(proxy_->upstreams().size(), 2U);
  EXPECT_TRUE(proxy_->upstreams().front()->proxy_closed);
  EXPECT_EQ(all_failures(), 1U);
  proxy_->advance(200ms);
  proxy_->advance(200ms);
  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 504"));
}

TEST_F(RetryFlow, DoesNotCountTheClientsTimeAsTheAttempts) {
  serve(R"("on": ["timeout"], "per_try_timeout": "200ms")", {hello});
  const WirePtr client = ask("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");

  for (int i = 0; i < 5; ++i) proxy_->advance(200ms);
  client->to_proxy += "def";
  proxy_->settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(all_failures(), 0U);
}

TEST_F(RetryFlow, WaitsBeforeItTriesAgain) {
  serve(R"("backoff": { "base": "1h", "max": "1h" })", {reset, hello});
  const WirePtr client = ask(get);
  EXPECT_EQ(client->from_proxy, "");

  proxy_->advance(1h);

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
}

TEST_F(RetryFlow, LeavesAtOnceWhenTheClientGoesInAPause) {
  serve(R"("backoff": { "base": "1h", "max": "1h" })", {reset, hello});
  ask(get);
  ASSERT_EQ(proxy_->sessions(), 1U);

  proxy_->cut();

  EXPECT_EQ(proxy_->sessions(), 0U);
  EXPECT_EQ(received_.size(), 1U);
}

TEST_F(RetryFlow, RetriesNoMoreRequestsThanItsBudget) {
  constexpr std::size_t permitted = exchange::RetryBudget::least_lately;
  serve(R"("backoff": { "base": "1h", "max": "1h" }, "budget_percent": 1)",
        std::vector<std::string_view>(permitted + 1, reset));

  std::vector<WirePtr> clients;
  for (std::size_t i = 0; i <= permitted; ++i) clients.push_back(ask(get));

  for (std::size_t i = 0; i < permitted; ++i) EXPECT_EQ(clients[i]->from_proxy, "") << i;
  EXPECT_THAT(clients.back()->from_proxy, StartsWith("HTTP/1.1 502"));
}

TEST_F(RetryFlow, ARouteHasItsOwnRules) {
  serve_upstream(R"("retry": { "attempts": 2 })", {reset, hello}, R"(, "retry": { "attempts": 0 })");

  EXPECT_THAT(ask(get)->from_proxy, StartsWith("HTTP/1.1 502"));
}

TEST_F(RetryFlow, HoldsNothingOfAClientAgainstTheBackend) {
  serve("", {hello});
  const WirePtr client = ask("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");

  client->to_proxy += "nonsense\r\n";
  proxy_->settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 400"));
  EXPECT_EQ(all_failures(), 0U);
}

TEST_F(RetryFlow, HasAFreeRetryWithEachBackend) {
  serve("", {hello, hello, hello, reset, reset, reset, hello});
  for (int i = 0; i < 3; ++i) ask(get);  // a kept connection with each

  const WirePtr client = ask(get);

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(all_failures(), 1U);  // closed, reset; closed, answered
}

TEST_F(RetryFlow, SuccessEndsTheRowOfFailures) {
  serve("", {reset, reset, hello, hello, hello, hello});

  for (int i = 0; i < 4; ++i) ask(get);

  EXPECT_EQ(all_failures(), 0U);
}

}  // namespace
}  // namespace headgate::testing
