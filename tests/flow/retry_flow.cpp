// Retries and what they tell the endpoints' health, at every step.
#include "exchange/retry_budget.hpp"
#include "retry_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

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
