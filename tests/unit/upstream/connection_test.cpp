#include "upstream/connection.hpp"

#include <gtest/gtest.h>

#include "connection_fixture.hpp"

namespace headgate::upstream {
namespace {

TEST_F(ConnectionTest, SendsAHeadAndASmallBodyInOne) {
  plan_.body = {BodyKind::length, 4};
  EXPECT_TRUE(call_->nothing_sent());

  EXPECT_FALSE(result_of(call_->send_head(head_, plan_, "body", true)).failed());

  EXPECT_EQ(sent(), "GET / HTTP/1.1\r\nHost: example.org\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_FALSE(call_->nothing_sent());
}

TEST_F(ConnectionTest, SendsALargeFirstPieceBehindTheHead) {
  const std::string body(10'000, 'b');
  plan_.body = {BodyKind::length, body.size()};

  EXPECT_FALSE(result_of(call_->send_head(head_, plan_, body, true)).failed());

  EXPECT_TRUE(sent().ends_with("\r\n\r\n" + body));
}

TEST_F(ConnectionTest, FramesAChunkedBodyAnew) {
  plan_.body = {BodyKind::chunked, 0};

  EXPECT_FALSE(result_of(call_->send_head(head_, plan_, "first", false)).failed());
  EXPECT_TRUE(sent().ends_with("\r\n\r\n5\r\nfirst\r\n"));
  EXPECT_FALSE(result_of(call_->send_body({"second", {}, false})).failed());
  EXPECT_EQ(sent(), "6\r\nsecond\r\n");
  EXPECT_FALSE(result_of(call_->send_body({{}, "X-Sum: 1\r\n", true})).failed());
  EXPECT_EQ(sent(), "0\r\nX-Sum: 1\r\n\r\n");
}

TEST_F(ConnectionTest, SendsTheLastChunkWithTheHeadWhenTheBodyIsComplete) {
  plan_.body = {BodyKind::chunked, 0};

  EXPECT_FALSE(result_of(call_->send_head(head_, plan_, "all", true)).failed());

  EXPECT_TRUE(sent().ends_with("\r\n\r\n3\r\nall\r\n0\r\n\r\n"));
}

TEST_F(ConnectionTest, ReadsAResponseThatComesByteByByte) {
  send(*call_);
  ResponseHead head;
  testing::Running<Error> reading{call_->read_head(head)};

  for (const char byte : std::string("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) {
    answer({&byte, 1});
    settle();
  }

  ASSERT_TRUE(reading.done());
  EXPECT_EQ(head.status, 404);
  EXPECT_TRUE(call_->read_buffered().last);
}

TEST_F(ConnectionTest, ReadsInterimHeadsBeforeTheFinalOne) {
  send(*call_);
  answer("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  ResponseHead head;

  EXPECT_EQ(result_of(call_->read_head(head)), Error::none());
  EXPECT_EQ(head.status, 103);

  EXPECT_EQ(read_all(*call_, head), "ok");
  EXPECT_EQ(head.status, 200);
}

TEST_F(ConnectionTest, ReadsABodyInChunksWithItsTrailers) {
  send(*call_);
  answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nfirst\r\n6\r\nsecond\r\n0\r\nX-Sum: 1\r\n\r\n");
  ResponseHead head;
  ASSERT_EQ(result_of(call_->read_head(head)), Error::none());

  std::string body;
  http::BodyPiece piece = call_->read_buffered();
  for (; !piece.last; piece = result_of(call_->read())) body += piece.data;

  EXPECT_EQ(body + std::string(piece.data), "firstsecond");
  EXPECT_EQ(piece.trailers, "X-Sum: 1\r\n");
}

TEST_F(ConnectionTest, ReadsABodyThatTheCloseDelimits) {
  send(*call_);
  ASSERT_NE(sent(), "");  // closing with unread bytes would be a reset
  answer("HTTP/1.1 200 OK\r\n\r\nuntil ");
  answer("the end");
  peer().close();

  EXPECT_EQ(read_all(*call_), "until the end");

  call_.reset();
  EXPECT_EQ(pool_->idle(), 0U);
}

TEST_F(ConnectionTest, ReadsALargeBodyWhole) {
  send(*call_);
  const std::string body(2'000'000, 'b');
  std::string out = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  auto reader = [](Call& call) -> base::Task<std::string> {
    ResponseHead head;
    const Error error = co_await call.read_head(head);
    if (error.failed()) co_return "failed";
    std::string received;
    for (http::BodyPiece piece = call.read_buffered();; piece = co_await call.read()) {
      received += piece.data;
      if (piece.last || piece.error.failed()) co_return received;
    }
  };
  testing::Running<std::string> reading{reader(*call_)};

  std::size_t written = 0;
  ASSERT_TRUE(run_until([&] {
    const ssize_t some = ::send(peer().fd(), out.data() + written, out.size() - written, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (some > 0) written += static_cast<std::size_t>(some);
    return reading.done();
  }));

  EXPECT_TRUE(reading.result() == body);
}

TEST_F(ConnectionTest, HoldsNoBufferWhileItWaitsForABody) {
  send(*call_);
  answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  ResponseHead head;
  ASSERT_FALSE(result_of(call_->read_head(head)).failed());
  ASSERT_EQ(call_->read_buffered().data, "half");

  testing::Running<http::BodyPiece> reading{call_->read()};
  settle();
  EXPECT_EQ(buffers_.lent(), 0U);

  answer("finish");
  ASSERT_TRUE(run_until([&] { return reading.done(); }));
  EXPECT_EQ(reading.result().data, "finish");
  EXPECT_TRUE(reading.result().last);
}

TEST_F(ConnectionTest, AResponseToHeadHasNoBody) {
  head_.method = Method::head;
  send(*call_);
  answer("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");

  EXPECT_EQ(read_all(*call_), "");

  call_.reset();
  EXPECT_EQ(pool_->idle(), 1U);
}

TEST_F(ConnectionTest, ReadsAHeadThatIsLargerThanASmallBuffer) {
  send(*call_);
  const std::string value(25'000, 'x');
  answer("HTTP/1.1 200 OK\r\nX-Large: " + value + "\r\nContent-Length: 2\r\n\r\nok");
  ResponseHead head;

  EXPECT_EQ(read_all(*call_, head), "ok");
}

TEST_F(ConnectionTest, CancelEndsAReadWithTheClientsCause) {
  send(*call_);
  ResponseHead head;
  testing::Running<Error> reading{call_->read_head(head)};

  call_->cancel();

  ASSERT_TRUE(reading.done());
  EXPECT_EQ(reading.result().cause, Cause::client_closed);
}

TEST_F(ConnectionTest, IsNotKeptAfterCancel) {
  send(*call_);
  answer(ok);
  read_all(*call_);

  call_->cancel();
  call_.reset();

  EXPECT_EQ(pool_->idle(), 0U);
}

TEST_F(ConnectionTest, IsNotKeptWhenTheUpstreamSaysClose) {
  exchange(std::move(call_), 0, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");

  EXPECT_EQ(pool_->idle(), 0U);
}

TEST_F(ConnectionTest, IsNotKeptWhenTheResponseWasNotReadToItsEnd) {
  send(*call_);
  answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  (void)head_error(*call_);

  call_.reset();

  EXPECT_EQ(pool_->idle(), 0U);
}

TEST_F(ConnectionTest, IsNotKeptWhenTheRequestWasNotSentToItsEnd) {
  plan_.body = {BodyKind::length, 10};
  (void)result_of(call_->send_head(head_, plan_, "half", false));
  answer(ok);
  EXPECT_EQ(read_all(*call_), "ok");

  call_.reset();

  EXPECT_EQ(pool_->idle(), 0U);
}

}  // namespace
}  // namespace headgate::upstream
