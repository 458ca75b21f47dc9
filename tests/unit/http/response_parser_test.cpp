#include <gtest/gtest.h>

#include <string>

#include "http/head_parser.hpp"

namespace headgate::http {
namespace {

struct Parsed {
  std::string bytes;
  ResponseParser parser{HeadLimits{}};
  ResponseHead head;
  ParseStatus status;

  explicit Parsed(std::string text, Method method = Method::get, bool asked_upgrade = false) : bytes{std::move(text)} {
    status = parser.parse(bytes, head, method, asked_upgrade);
  }
  Parsed(const Parsed&) = delete;
};

TEST(ResponseParser, FillsInTheWholeHead) {
  const Parsed response{"HTTP/1.1 404 Not here\r\nContent-Length: 12\r\nServer: x\r\n\r\nrest"};

  ASSERT_EQ(response.status, ParseStatus::complete);
  EXPECT_EQ(response.head.status, 404);
  EXPECT_EQ(response.head.reason, "Not here");
  EXPECT_EQ(response.head.minor_version, 1);
  EXPECT_TRUE(response.head.keep_alive);
  EXPECT_EQ(response.head.body.kind, BodyKind::length);
  EXPECT_EQ(response.head.body.length, 12U);
  ASSERT_EQ(response.head.fields.size(), 2U);
  EXPECT_EQ(response.head.fields[1].id, FieldId::server);
  EXPECT_EQ(response.parser.consumed(), response.bytes.size() - 4);
}

TEST(ResponseParser, TakesAMissingReasonPhraseAndItsMissingSpace) {
  EXPECT_EQ(Parsed{"HTTP/1.1 200 \r\n\r\n"}.status, ParseStatus::complete);
  EXPECT_EQ(Parsed{"HTTP/1.1 200\r\n\r\n"}.status, ParseStatus::complete);
}

TEST(ResponseParser, FindsTheBodysEndAsRfc9112Says) {
  const std::string length = "Content-Length: 5\r\n\r\n";

  EXPECT_EQ(Parsed{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"}.head.body.kind, BodyKind::chunked);
  EXPECT_EQ(Parsed{"HTTP/1.1 200 OK\r\n\r\n"}.head.body.kind, BodyKind::until_close);
  EXPECT_EQ(Parsed("HTTP/1.1 200 OK\r\n" + length, Method::head).head.body.kind, BodyKind::none);
  EXPECT_EQ(Parsed{"HTTP/1.1 204 X\r\n" + length}.head.body.kind, BodyKind::none);
  EXPECT_EQ(Parsed{"HTTP/1.1 304 X\r\n" + length}.head.body.kind, BodyKind::none);
  EXPECT_EQ(Parsed{"HTTP/1.1 103 X\r\n" + length}.head.body.kind, BodyKind::none);
}

TEST(ResponseParser, DoesNotReuseAConnectionThatOnlyItsEndDelimits) {
  EXPECT_FALSE(Parsed{"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n"}.head.keep_alive);
}

TEST(ResponseParser, DoesNotReuseAConnectionAfterA204ThatClaimsABody) {
  EXPECT_FALSE(Parsed{"HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\n"}.head.keep_alive);
  EXPECT_FALSE(Parsed{"HTTP/1.1 204 X\r\nTransfer-Encoding: chunked\r\n\r\n"}.head.keep_alive);
  EXPECT_TRUE(Parsed{"HTTP/1.1 204 X\r\nContent-Length: 0\r\n\r\n"}.head.keep_alive);
  EXPECT_TRUE(Parsed{"HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n"}.head.keep_alive);
}

TEST(ResponseParser, DecidesPersistenceByVersionAndConnection) {
  const std::string length = "Content-Length: 0\r\n\r\n";

  EXPECT_FALSE(Parsed{"HTTP/1.1 200 OK\r\nConnection: close\r\n" + length}.head.keep_alive);
  EXPECT_FALSE(Parsed{"HTTP/1.0 200 OK\r\n" + length}.head.keep_alive);
  EXPECT_TRUE(Parsed{"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + length}.head.keep_alive);
}

TEST(ResponseParser, Takes101OnlyWhenItWasAskedFor) {
  const std::string switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

  EXPECT_EQ(Parsed{switching}.parser.error().cause, Cause::upstream_bad_upgrade);
  EXPECT_EQ(Parsed(switching, Method::get, true).status, ParseStatus::complete);
}

TEST(ResponseParser, ReadsTheFinalHeadAfterAnInterimOne) {
  Parsed response{"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"};
  const std::string_view rest = std::string_view{response.bytes}.substr(response.parser.consumed());

  response.parser.reset();
  response.status = response.parser.parse(rest, response.head, Method::get);

  EXPECT_EQ(response.status, ParseStatus::complete);
  EXPECT_EQ(response.head.status, 200);
  EXPECT_EQ(response.head.fields.size(), 1U);
}

TEST(ResponseParser, HasStartedWithTheFirstByte) {
  ResponseParser parser{HeadLimits{}};
  ResponseHead head;

  parser.parse("", head, Method::get);
  EXPECT_FALSE(parser.started());
  parser.parse("H", head, Method::get);
  EXPECT_TRUE(parser.started());
}

TEST(ResponseParser, NamesTheCauseOfARefusal) {
  EXPECT_EQ(Parsed{"HTTP/1.1 2x"}.parser.error().cause, Cause::upstream_bad_status_line);
  const std::string settings_of_http2{"\0\0\0\4\0\0\0\0\0", 9};
  EXPECT_STREQ(Parsed{settings_of_http2}.parser.error().detail, "no text: perhaps it speaks HTTP/2 (protocol)");
  EXPECT_EQ(Parsed{"HTTP/1.1 200\n"}.parser.error().cause, Cause::upstream_bad_line_ending);
  EXPECT_EQ(Parsed{"HTTP/1.1 200 OK\r\nX-A: b\n"}.parser.error().cause, Cause::upstream_bad_line_ending);
  EXPECT_EQ(Parsed{"HTTP/1.1 200 OK\r\nX A"}.parser.error().cause, Cause::upstream_bad_field);
  EXPECT_EQ(Parsed{"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n"}.parser.error().cause,
            Cause::upstream_bad_content_length);
  EXPECT_EQ(Parsed{"HTTP/1.1 200 OK\r\nTransfer-Encoding: x\r\n"}.parser.error().cause,
            Cause::upstream_bad_transfer_encoding);
  EXPECT_EQ(Parsed{"HTTP/1.1 200 OK\r\nX-A: " + std::string(33000, 'b')}.parser.error().cause,
            Cause::upstream_head_too_large);
}

}  // namespace
}  // namespace headgate::http
