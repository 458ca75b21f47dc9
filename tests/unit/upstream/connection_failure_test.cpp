// What a call reports of an upstream that fails it.
#include <gtest/gtest.h>

#include <string>

#include "connection_fixture.hpp"
#include "upstream/connection.hpp"

namespace headgate::upstream {
namespace {

TEST_F(ConnectionTest, ReportsAResponseThatNeverBegins) {
  options_.timeouts.first_byte = 0ms;
  const CallPtr call = connect();
  send(*call);

  EXPECT_EQ(head_error(*call).cause, Cause::upstream_first_byte_timeout);
}

TEST_F(ConnectionTest, ReportsAHeadThatStops) {
  options_.timeouts.idle = 0ms;
  const CallPtr call = connect();
  send(*call);
  testing::send_all(peers_[1], "HTTP/1.1 2");

  EXPECT_EQ(head_error(*call).cause, Cause::upstream_idle_timeout);
}

TEST_F(ConnectionTest, ReportsABodyThatStops) {
  options_.timeouts.idle = 0ms;
  const CallPtr call = connect();
  send(*call);
  testing::send_all(peers_[1], "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");

  EXPECT_EQ(read_all(*call), "half|UPSTREAM_IDLE_TIMEOUT");
}

TEST_F(ConnectionTest, ReportsACloseBeforeTheResponse) {
  send(*call_);
  peer().close();

  EXPECT_EQ(head_error(*call_).cause, Cause::upstream_reset);
}

TEST_F(ConnectionTest, ReportsACloseOfAReusedConnectionBeforeTheResponse) {
  exchange(std::move(call_), 0);
  const CallPtr again = pool_->take(options_, false);
  send(*again);
  peer().close();

  EXPECT_EQ(head_error(*again).cause, Cause::upstream_closed_reused);
  EXPECT_FALSE(again->nothing_sent());
}

TEST_F(ConnectionTest, ReportsACloseInTheHeadOfAReusedConnectionAsAReset) {
  exchange(std::move(call_), 0);
  const CallPtr again = pool_->take(options_, false);
  send(*again);
  answer("HTTP/1.1 200");
  peer().close();

  EXPECT_EQ(head_error(*again).cause, Cause::upstream_reset);
}

TEST_F(ConnectionTest, ReportsACloseInALongHeadOfAReusedConnectionAsAReset) {
  exchange(std::move(call_), 0);
  const CallPtr call = pool_->take(options_, false);
  send(*call);
  answer("HTTP/1.1 200 OK\r\nX: " + std::string(base::BufferPool::small - 500, 'x'));
  ResponseHead head;
  testing::Running<Error> reading{call->read_head(head)};
  settle();

  peer().close();

  ASSERT_TRUE(run_until([&] { return reading.done(); }));
  EXPECT_EQ(reading.result().cause, Cause::upstream_reset) << "a byte had come: the request must not be sent again";
}

TEST_F(ConnectionTest, ReportsACloseBehindAnInterimResponseOfAReusedConnectionAsAReset) {
  exchange(std::move(call_), 0);
  const CallPtr call = pool_->take(options_, false);
  send(*call);
  answer("HTTP/1.1 103 Early Hints\r\n\r\n");
  ResponseHead head;
  ASSERT_FALSE(result_of(call->read_head(head)).failed());

  peer().close();

  EXPECT_EQ(head_error(*call).cause, Cause::upstream_reset);
}

TEST_F(ConnectionTest, ReportsACloseInTheBody) {
  send(*call_);
  answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  peer().close();

  EXPECT_EQ(read_all(*call_), "half|UPSTREAM_RESET");
}

TEST_F(ConnectionTest, ReportsAMalformedResponse) {
  send(*call_);
  answer("220 mail.example.org ESMTP\r\n\r\n");

  EXPECT_EQ(head_error(*call_).cause, Cause::upstream_bad_status_line);

  call_.reset();
  EXPECT_EQ(pool_->idle(), 0U);
}

TEST_F(ConnectionTest, ReportsAHeadThatIsTooLarge) {
  send(*call_);
  answer("HTTP/1.1 200 OK\r\nX-Large: " + std::string(40'000, 'x'));

  EXPECT_EQ(head_error(*call_).cause, Cause::upstream_head_too_large);
}

}  // namespace
}  // namespace headgate::upstream
