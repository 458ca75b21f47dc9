#include "exchange/exchange_log.hpp"

#include <gtest/gtest.h>

#include "observe/log_writer.hpp"

namespace headgate::exchange {
namespace {

class ExchangeLogTest : public ::testing::Test {
 protected:
  ExchangeLogTest() {
    switches_.level = observe::Level::debug;
    request_.method_token = "GET";
    request_.authority = "example.org";
    request_.target = "/a?b";
    request_.fields.push_back({"User-Agent", "curl/8", FieldId::user_agent, false});
  }
  void describe(ExchangeLog& log) {
    log.request = &request_;
    log.request_id = "id-1";
    log.client = "192.0.2.7";
    log.route = "all";
    log.upstream = "web";
    log.backend = "app:80";
  }
  const observe::RecordView& record() {
    const observe::RecordView* front = writer_.front();
    if (front == nullptr) throw std::runtime_error("no record");
    return *front;
  }

  observe::LogSwitches switches_;
  observe::LogWriter writer_{switches_, 0, 64 * 1024};
  RequestHead request_;
};

TEST_F(ExchangeLogTest, WritesAFailureWithAllThatIsKnown) {
  ExchangeLog log{writer_};
  describe(log);
  log.next_attempt();
  log.next_attempt();

  log.failure(Error{Cause::upstream_connect_failed, "why", ECONNREFUSED}, 502);

  EXPECT_EQ(record().cause, Cause::upstream_connect_failed);
  EXPECT_EQ(record().os_error, ECONNREFUSED);
  EXPECT_EQ(record().status, 502);
  EXPECT_EQ(record().attempt, 2);
  EXPECT_EQ(record().request_id.text, "id-1");
  EXPECT_EQ(record().client.text, "192.0.2.7");
  EXPECT_EQ(record().method.text, "GET");
  EXPECT_EQ(record().host.text, "example.org");
  EXPECT_EQ(record().route.text, "all");
  EXPECT_EQ(record().upstream.text, "web");
  EXPECT_EQ(record().backend.text, "app:80");
  EXPECT_EQ(record().detail.text, "why");
  EXPECT_GE(record().total_us, 0);
}

TEST_F(ExchangeLogTest, LeavesOutTheTimesOfWhatDidNotHappen) {
  ExchangeLog log{writer_};

  log.failure(Cause::no_route, 404);

  EXPECT_EQ(record().connect_us, -1);
  EXPECT_EQ(record().first_byte_us, -1);
  EXPECT_EQ(record().attempt, 0);
  EXPECT_EQ(record().method.text, "");
}

TEST_F(ExchangeLogTest, TellsHowLongTheHeadTook) {
  ExchangeLog log{writer_};
  log.next_attempt();
  log.request_sent();

  const auto first = log.response_begins();
  ASSERT_TRUE(first);
  EXPECT_LT(*first, 1'000'000'000U);
}

TEST_F(ExchangeLogTest, MeasuresNothingOfAResponseThatComesBeforeTheRequestIsSent) {
  ExchangeLog log{writer_};
  log.next_attempt();
  log.request_sent();
  log.next_attempt();

  EXPECT_EQ(log.response_begins(), std::nullopt);
  log.failure(Error{Cause::upstream_reset}, 502);

  EXPECT_EQ(record().first_byte_us, -1);
}

TEST_F(ExchangeLogTest, WritesNoFailureBelowTheLevel) {
  switches_.level = observe::Level::error;
  ExchangeLog log{writer_};

  log.failure(Cause::client_closed, 0);

  EXPECT_EQ(writer_.front(), nullptr);
}

TEST_F(ExchangeLogTest, WritesNoAccessWhenItIsOff) {
  ExchangeLog log{writer_};

  log.finished(200);

  EXPECT_EQ(writer_.front(), nullptr);
}

TEST_F(ExchangeLogTest, WritesTheAccessWithItsTimes) {
  switches_.access = true;
  ExchangeLog log{writer_};
  describe(log);
  log.connect_begins();
  log.connected();
  log.request_sent();
  log.response_begins();

  log.finished(200);

  EXPECT_EQ(record().kind, observe::RecordKind::access);
  EXPECT_EQ(record().status, 200);
  EXPECT_EQ(record().protocol.text, "HTTP/1.1");
  EXPECT_EQ(record().user_agent.text, "curl/8");
  EXPECT_GE(record().connect_us, 0);
  EXPECT_GE(record().first_byte_us, 0);
  EXPECT_GE(record().total_us, record().connect_us);
}

TEST_F(ExchangeLogTest, NamesTheFirstFailureInTheAccessWhateverTheLevel) {
  switches_.level = observe::Level::error;
  switches_.access = true;
  ExchangeLog log{writer_};

  log.failure(Cause::no_route, 404);
  log.failure(Cause::client_closed, 0);
  log.finished(404);

  EXPECT_EQ(record().kind, observe::RecordKind::access);
  EXPECT_EQ(record().cause, Cause::no_route);
}

TEST_F(ExchangeLogTest, DoesNotBlameTheAccessForAnAttemptThatWasRetried) {
  switches_.access = true;
  ExchangeLog log{writer_};

  log.retried(Cause::upstream_connect_failed);
  ASSERT_NE(writer_.front(), nullptr);
  writer_.pop();
  log.finished(200);

  EXPECT_EQ(record().kind, observe::RecordKind::access);
  EXPECT_EQ(record().cause, Cause::none);
}

TEST_F(ExchangeLogTest, WarnsOfAnAttemptThatWasRetried) {
  ExchangeLog log{writer_};

  log.retried(Error{Cause::upstream_connect_failed, "", ECONNREFUSED});

  EXPECT_EQ(record().level, observe::Level::warn);
  EXPECT_TRUE(record().retried);
  EXPECT_EQ(record().cause, Cause::upstream_connect_failed);
}

TEST_F(ExchangeLogTest, NamesTheStatusOfAResponseThatWasDroppedForAnotherAttempt) {
  ExchangeLog log{writer_};

  log.retried(Cause::upstream_status, 503);

  EXPECT_EQ(record().detail.text, "status 503");
  EXPECT_EQ(record().status, 0);
}

TEST_F(ExchangeLogTest, NamesTheProtocolOfAnOldClient) {
  switches_.access = true;
  request_.minor_version = 0;
  ExchangeLog log{writer_};
  describe(log);

  log.finished(200);

  EXPECT_EQ(record().protocol.text, "HTTP/1.0");
}

TEST_F(ExchangeLogTest, CountsTheExchangeWhetherOrNotItIsLogged) {
  observe::RouteCounters counters;
  ExchangeLog log{writer_};
  log.counters = &counters;

  log.finished(204);

  EXPECT_EQ(counters.responses[2].value(), 1U);
  EXPECT_EQ((observe::DurationHistogram::Totals{} += counters.duration).count(), 1U);
}

TEST_F(ExchangeLogTest, CountsFailuresBelowTheLevelToo) {
  switches_.level = observe::Level::error;
  ExchangeLog log{writer_};

  log.failure(Cause::client_closed, 0);
  log.retried(Cause::upstream_reset);

  const auto& failures = writer_.failures().by_cause;
  EXPECT_EQ(failures[static_cast<std::size_t>(Cause::client_closed)].value(), 1U);
  EXPECT_EQ(failures[static_cast<std::size_t>(Cause::upstream_reset)].value(), 1U);
}

TEST_F(ExchangeLogTest, CountsATunnelWhenItBeginsAndWritesItsLineWhenItEnds) {
  observe::RouteCounters counters;
  ExchangeLog log{writer_};
  describe(log);
  log.counters = &counters;
  switches_.access = true;

  log.tunnel_begins(101);
  log.tunnel_ended("closed by client", 30, 40);
  log.finished(101);

  EXPECT_EQ(counters.tunnels.value(), 1U);
  EXPECT_EQ(counters.responses[1].value(), 1U);
  EXPECT_EQ(record().status, 101);
  EXPECT_EQ(record().tunnel.text, "closed by client");
}

}  // namespace
}  // namespace headgate::exchange
