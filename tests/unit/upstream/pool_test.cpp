#include "upstream/pool.hpp"

#include <gtest/gtest.h>

#include "pool_fixture.hpp"

namespace headgate::upstream {
namespace {

using Texts = std::vector<std::string>;

TEST_F(PoolTest, ConnectsToItsAddress) {
  const CallPtr call = connect();

  EXPECT_EQ(tried_, (Texts{"unix:/a"}));
  EXPECT_FALSE(call->reused());
}

TEST_F(PoolTest, TriesTheNextAddressAndBeginsWithTheOneThatWorked) {
  pool_->set_addresses({address("/a"), address("/b"), address("/c")});
  refusing_ = {"unix:/a"};

  const CallPtr first = connect();
  const CallPtr second = connect();

  EXPECT_EQ(tried_, (Texts{"unix:/a", "unix:/b", "unix:/b"}));
}

TEST_F(PoolTest, ReportsTheFailureWhenNoAddressWorks) {
  pool_->set_addresses({address("/a"), address("/b")});
  refusing_ = {"unix:/a", "unix:/b"};

  const auto call = result_of(pool_->connect(options_, connecting_));

  ASSERT_FALSE(call);
  EXPECT_EQ(call.error().cause, Cause::upstream_connect_failed);
  EXPECT_EQ(call.error().os_error, ECONNREFUSED);
}

TEST_F(PoolTest, ReportsANameWithoutAddresses) {
  pool_->set_addresses({});

  EXPECT_EQ(result_of(pool_->connect(options_, connecting_)).error().cause, Cause::upstream_resolve_failed);
}

TEST_F(PoolTest, CountsConnectionsThatWereOpenedReusedAndKept) {
  exchange(connect(), 0);
  exchange(pool_->take(options_, false), 0);

  const observe::BackendCounters& counters = pool_->counters();
  EXPECT_EQ(counters.connections_opened.value(), 1U);
  EXPECT_EQ(counters.connections_reused.value(), 1U);
  EXPECT_EQ(counters.connections_idle.value(), 1U);

  pool_->apply({0, 50s, 1h});
  EXPECT_EQ(counters.connections_idle.value(), 0U);
}

TEST_F(PoolTest, HasNothingToTakeAtFirst) { EXPECT_EQ(pool_->take(options_, false), nullptr); }

TEST_F(PoolTest, UsesAConnectionAgainAfterACompleteExchange) {
  exchange(connect(), 0);
  ASSERT_EQ(pool_->idle(), 1U);

  CallPtr again = pool_->take(options_, false);

  ASSERT_NE(again, nullptr);
  EXPECT_TRUE(again->reused());
  EXPECT_TRUE(again->nothing_sent());
  EXPECT_EQ(pool_->idle(), 0U);
  exchange(std::move(again), 0);
  EXPECT_EQ(peers_.size(), 1U);
}

TEST_F(PoolTest, AnIdleConnectionHoldsNoBuffer) {
  exchange(connect(), 0);

  EXPECT_EQ(pool_->idle(), 1U);
  EXPECT_EQ(buffers_.lent(), 0U);
}

TEST_F(PoolTest, TakesTheConnectionThatWasUsedLast) {
  CallPtr first = connect();
  CallPtr second = connect();
  exchange(std::move(second), 1);
  exchange(std::move(first), 0);

  exchange(pool_->take(options_, false), 0);
}

TEST_F(PoolTest, KeepsNoMoreThanMaxIdle) {
  std::vector<CallPtr> calls;
  for (int i = 0; i < 5; ++i) calls.push_back(connect());

  for (std::size_t i = 0; i < 5; ++i) exchange(std::move(calls[i]), i);

  EXPECT_EQ(pool_->idle(), 4U);
  EXPECT_TRUE(testing::is_closed(peers_[4]));
}

TEST_F(PoolTest, KeepsNothingWhenMaxIdleIsZero) {
  pool_->apply({0, 50s, 1h});

  exchange(connect(), 0);

  EXPECT_EQ(pool_->idle(), 0U);
  EXPECT_TRUE(testing::is_closed(peers_[0]));
}

TEST_F(PoolTest, ClosesTheOldestWhenMaxIdleIsLowered) {
  CallPtr first = connect();
  CallPtr second = connect();
  exchange(std::move(first), 0);
  exchange(std::move(second), 1);

  pool_->apply({1, 50s, 1h});

  EXPECT_TRUE(testing::is_closed(peers_[0]));
  EXPECT_FALSE(testing::is_closed(peers_[1]));
}

TEST_F(PoolTest, ClosesAnIdleConnectionAfterItsTime) {
  exchange(connect(), 0);

  pass(49s);
  EXPECT_EQ(pool_->idle(), 1U);
  pass(2s);

  EXPECT_EQ(pool_->idle(), 0U);
  EXPECT_TRUE(testing::is_closed(peers_[0]));
}

TEST_F(PoolTest, TheIdleTimeBeginsAnewWithEachUse) {
  exchange(connect(), 0);
  pass(40s);
  exchange(pool_->take(options_, false), 0);

  pass(40s);

  EXPECT_EQ(pool_->idle(), 1U);
}

TEST_F(PoolTest, DoesNotKeepAConnectionThatIsTooOld) {
  pool_->apply({4, 50s, 10s});
  CallPtr call = connect();
  pass(11s);

  exchange(std::move(call), 0);

  EXPECT_EQ(pool_->idle(), 0U);
}

TEST_F(PoolTest, DoesNotUseAConnectionThatHasBecomeTooOld) {
  pool_->apply({4, 50s, 10s});
  exchange(connect(), 0);
  pass(11s);
  ASSERT_EQ(pool_->idle(), 1U);

  EXPECT_EQ(pool_->take(options_, false), nullptr);

  EXPECT_EQ(pool_->idle(), 0U);
  EXPECT_TRUE(testing::is_closed(peers_[0]));
}

TEST_F(PoolTest, DropsAnIdleConnectionThatTheUpstreamCloses) {
  exchange(connect(), 0);

  peers_[0].close();

  EXPECT_TRUE(run_until([&] { return pool_->idle() == 0; }));
}

TEST_F(PoolTest, DropsAnIdleConnectionThatSpeaksUnasked) {
  exchange(connect(), 0);

  testing::send_all(peers_[0], "HTTP/1.1 408 Request Timeout\r\n\r\n");

  EXPECT_TRUE(run_until([&] { return pool_->idle() == 0; }));
  EXPECT_TRUE(testing::is_closed(peers_[0]));
}

TEST_F(PoolTest, DoesNotKeepAConnectionThatSaidMoreThanItWasAsked) {
  exchange(connect(), 0, std::string(ok) + "HTTP/1.1 200 OK\r\n");

  EXPECT_EQ(pool_->idle(), 0U);
}

// Regression: the end that came in one event with the response was told to nobody any more.
TEST_F(PoolTest, DoesNotKeepAConnectionThatClosedRightBehindItsResponse) {
  CallPtr call = connect();
  send(*call);
  ASSERT_NE(testing::receive(peers_[0]), "");
  testing::send_all(peers_[0], ok);
  peers_[0].close();
  read_all(*call);

  call.reset();

  EXPECT_TRUE(run_until([&] { return pool_->idle() == 0; }, 1s));
}

TEST_F(PoolTest, AProbeFindsOutThatTheUpstreamHasJustClosed) {
  CallPtr first = connect();
  CallPtr second = connect();
  exchange(std::move(first), 0);
  exchange(std::move(second), 1);
  peers_[1].close();  // the loop has not heard of it yet

  const CallPtr call = pool_->take(options_, true);

  ASSERT_NE(call, nullptr);
  send(*call);
  EXPECT_FALSE(testing::receive(peers_[0]).empty());
}

TEST_F(PoolTest, WithoutAProbeTheFailureTellsThatTheConnectionWasUsedBefore) {
  exchange(connect(), 0);
  peers_[0].close();

  const CallPtr call = pool_->take(options_, false);
  ASSERT_NE(call, nullptr);
  const Error error = result_of(call->send_head(head_, plan_, {}, true));

  EXPECT_EQ(error.cause, Cause::upstream_closed_reused);
  EXPECT_TRUE(call->nothing_sent());
}

TEST_F(PoolTest, ClosesIdleConnectionsWhenTheAddressesChange) {
  exchange(connect(), 0);
  pool_->set_addresses({address("/a")});
  EXPECT_EQ(pool_->idle(), 1U) << "nothing has changed";

  pool_->set_addresses({address("/b")});

  EXPECT_EQ(pool_->idle(), 0U);
  (void)connect();
  EXPECT_EQ(tried_.back(), "unix:/b");
}

// Regression: a busy connection was kept, and used, for ever.
TEST_F(PoolTest, ClosesABusyConnectionAfterItsExchangeWhenTheAddressesHaveChanged) {
  auto busy = connect();

  pool_->set_addresses({address("/b")});
  exchange(std::move(busy), 0);

  EXPECT_EQ(pool_->idle(), 0U);
  EXPECT_EQ(pool_->take(options_, false), nullptr);
}

TEST_F(PoolTest, ClosesItsIdleConnectionsAtItsEnd) {
  exchange(connect(), 0);

  pool_.reset();

  EXPECT_TRUE(testing::is_closed(peers_[0]));
  EXPECT_EQ(buffers_.lent(), 0U);
}

TEST_F(PoolTest, BeginsAConnectionWithItsPreface) {
  const CallPtr call = connect("PROXY UNKNOWN\r\n");
  EXPECT_EQ(testing::receive(peers_[0]), "PROXY UNKNOWN\r\n");

  send(*call);

  EXPECT_TRUE(testing::receive(peers_[0]).starts_with("GET / HTTP/1.1\r\n"));
}

TEST_F(PoolTest, KeepsAConnectionForThoseWhoseItIs) {
  CallPtr annas = connect("anna");
  EXPECT_EQ(testing::receive(peers_[0]), "anna");
  exchange(std::move(annas), 0);

  EXPECT_EQ(pool_->take(options_, false), nullptr);
  EXPECT_EQ(pool_->take(options_, false, "bert"), nullptr);
  EXPECT_NE(pool_->take(options_, false, "anna"), nullptr);
}

TEST_F(PoolTest, DropsTheOldestOfThoseThatServeOneClientEachWhenItIsFull) {
  pool_->apply({1, 50s, 1h});
  std::vector<CallPtr> calls;
  for (const char* client : {"anna", "bert"}) {
    calls.push_back(connect(client));
    EXPECT_EQ(testing::receive(peers_.back()), client);
  }

  exchange(std::move(calls[0]), 0);
  exchange(std::move(calls[1]), 1);

  EXPECT_EQ(pool_->idle(), 1U);
  EXPECT_NE(pool_->take(options_, false, "bert"), nullptr);
}

}  // namespace
}  // namespace headgate::upstream
