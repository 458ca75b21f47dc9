// Retries of requests with a body: what may be sent again, and what is left of it.
#include "retry_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;
using namespace std::chrono_literals;

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

// Regression: the answer to the second attempt was thrown away for what had ended the first.
TEST_F(RetryFlow, SendsABodyAgainThatTheFirstBackendStoppedTaking) {
  serve_upstream(R"("timeouts": { "idle": "2s" }, "retry": { "on": ["timeout"], "backoff": { "base": "0ms" } })",
                 {hello});
  const WirePtr client = ask("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
  Wire& first = *proxy_->upstreams().front();
  first.room = first.from_proxy.size();
  client->to_proxy += "def";
  proxy_->settle();

  proxy_->advance(3s);

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
  ASSERT_EQ(received_.size(), 1U);
  EXPECT_THAT(received_.back(), EndsWith("\r\n\r\nabcdef"));
  EXPECT_EQ(all_failures(), 1U);
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

TEST_F(RetryFlow, HoldsNothingOfAClientAgainstTheBackend) {
  serve("", {hello});
  const WirePtr client = ask("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");

  client->to_proxy += "nonsense\r\n";
  proxy_->settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 400"));
  EXPECT_EQ(all_failures(), 0U);
}

}  // namespace
}  // namespace headgate::testing
