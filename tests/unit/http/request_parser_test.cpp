#include <gtest/gtest.h>

#include <string>

#include "http/head_parser.hpp"

namespace headgate::http {
namespace {

struct Parsed {
  std::string bytes;
  RequestParser parser;
  RequestHead head;
  ParseStatus status;

  explicit Parsed(std::string text, HeadLimits limits = {}) : bytes{std::move(text)}, parser{limits} {
    status = parser.parse(bytes, head);
  }
  Parsed(const Parsed&) = delete;
  [[nodiscard]] const Field* field(std::string_view name) const {
    for (const Field& field : head.fields)
      if (field.name == name) return &field;
    return nullptr;
  }
};

std::string get(const std::string& fields, const std::string& line = "GET /a/b?c=d HTTP/1.1") {
  return line + "\r\nHost: a.example\r\n" + fields + "\r\n";
}

TEST(RequestParser, FillsInTheWholeHead) {
  const Parsed request{get("Accept: */*\r\nX-Other:  y \r\n")};

  ASSERT_EQ(request.status, ParseStatus::complete);
  EXPECT_EQ(request.head.method, Method::get);
  EXPECT_EQ(request.head.method_token, "GET");
  EXPECT_EQ(request.head.form, TargetForm::origin);
  EXPECT_EQ(request.head.target, "/a/b?c=d");
  EXPECT_EQ(request.head.path, "/a/b");
  EXPECT_TRUE(request.head.has_query);
  EXPECT_EQ(request.head.query, "c=d");
  EXPECT_EQ(request.head.authority, "a.example");
  EXPECT_EQ(request.head.minor_version, 1);
  EXPECT_TRUE(request.head.keep_alive);
  EXPECT_EQ(request.head.body.kind, BodyKind::none);
  ASSERT_EQ(request.head.fields.size(), 3U);
  EXPECT_EQ(request.head.fields[0].id, FieldId::host);
  EXPECT_EQ(request.head.fields[1].id, FieldId::accept);
  EXPECT_EQ(request.head.fields[2].id, FieldId::other);
  EXPECT_EQ(request.head.fields[2].value, "y");
}

TEST(RequestParser, LeavesWhatFollowsTheHead) {
  const Parsed request{get("") + "GET /next"};

  EXPECT_EQ(request.parser.consumed(), get("").size());
}

TEST(RequestParser, CountsLeadingEmptyLinesAsConsumed) {
  const Parsed request{"\r\n" + get("")};

  EXPECT_EQ(request.parser.consumed(), 2 + get("").size());
}

TEST(RequestParser, HasNotStartedBeforeTheRequestLine) {
  RequestParser parser{HeadLimits{}};
  RequestHead head;

  EXPECT_EQ(parser.parse("\r\n\r\n", head), ParseStatus::need_more);
  EXPECT_FALSE(parser.started());
  EXPECT_EQ(parser.parse("\r\n\r\nG", head), ParseStatus::need_more);
  EXPECT_TRUE(parser.started());
}

TEST(RequestParser, StartsOverAfterAReset) {
  Parsed request{get("X-A: b\r\nContent-Length: 5\r\n")};
  const std::string next = "POST /n HTTP/1.0\r\n\r\n";

  request.parser.reset();
  const ParseStatus status = request.parser.parse(next, request.head);

  EXPECT_EQ(status, ParseStatus::complete);
  EXPECT_EQ(request.head.path, "/n");
  EXPECT_TRUE(request.head.fields.empty());
  EXPECT_EQ(request.head.body.kind, BodyKind::none);
  EXPECT_FALSE(request.head.has_query);
}

TEST(RequestParser, FailsAtTheBadByteWithoutWaitingForTheEnd) {
  for (const char* begin : {"GET /a\n", "GET /a HTTP/2", "GE(", "GET / HTTP/1.1\r\nX-A: b\n", "GET / HTTP/1.1\r\nX A",
                            "GET / HTTP/1.1\r\nX-A: b\x01", "GET / HTTP/1.1\r\nX-A: b\r\n ", "GET /%z",
                            "GET / HTTP/1.1\r\nContent-Length: x\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n"})
    EXPECT_EQ(Parsed{begin}.status, ParseStatus::failed) << begin;
}

TEST(RequestParser, StaysFailed) {
  Parsed request{"GET /\n"};

  EXPECT_EQ(request.parser.parse(get(""), request.head), ParseStatus::failed);
  EXPECT_EQ(request.parser.error().cause, Cause::client_bad_line_ending);
}

TEST(RequestParser, TakesTheAuthorityFromAnAbsoluteTarget) {
  const Parsed request{get("", "GET http://b.example:81?x=/y HTTP/1.1")};

  ASSERT_EQ(request.status, ParseStatus::complete);
  EXPECT_EQ(request.head.form, TargetForm::absolute);
  EXPECT_EQ(request.head.authority, "b.example:81");
  EXPECT_EQ(request.head.path, "/");
  EXPECT_EQ(request.head.query, "x=/y");
}

TEST(RequestParser, TurnsOptionsOnAnAuthorityIntoAnAsterisk) {
  const Parsed request{get("", "OPTIONS http://b.example HTTP/1.1")};

  EXPECT_EQ(request.head.path, "*");
}

TEST(RequestParser, KnowsWhichBodyFollows) {
  const Parsed sized{get("Content-Length: 0\r\n")};
  const Parsed chunked{get("Transfer-Encoding: Chunked\r\n")};

  EXPECT_EQ(sized.head.body.kind, BodyKind::length);
  EXPECT_EQ(sized.head.body.length, 0U);
  EXPECT_EQ(chunked.head.body.kind, BodyKind::chunked);
}

TEST(RequestParser, DecidesPersistenceByVersionAndConnection) {
  EXPECT_FALSE(Parsed{get("Connection: x, CLOSE\r\n")}.head.keep_alive);
  EXPECT_FALSE(Parsed{get("Connection: keep-alive\r\nConnection: close\r\n")}.head.keep_alive);
  EXPECT_FALSE(Parsed{get("", "GET / HTTP/1.0")}.head.keep_alive);
  EXPECT_TRUE(Parsed{get("Connection: Keep-Alive\r\n", "GET / HTTP/1.0")}.head.keep_alive);
}

TEST(RequestParser, MarksHopByHopFieldsAndThoseThatConnectionNames) {
  const Parsed request{
      get("Connection: x-secret ,keep-alive\r\nX-Secret: 1\r\nKeep-Alive: 5\r\nTE: gzip\r\nTrailer: X-Sum\r\n"
          "Proxy-Authorization: Basic x\r\nUpgrade: h2c\r\nX-Open: 1\r\n")};

  for (const char* name : {"Connection", "X-Secret", "Keep-Alive", "TE", "Proxy-Authorization", "Upgrade"})
    EXPECT_TRUE(request.field(name)->hop_by_hop) << name;
  for (const char* name : {"Host", "Trailer", "X-Open"}) EXPECT_FALSE(request.field(name)->hop_by_hop) << name;
}

TEST(RequestParser, KeepsFieldsThatConnectionMustNotName) {
  const Parsed request{
      get("Connection: Host, Content-Length, X-Forwarded-For, Authorization, Cookie\r\nContent-Length: 1\r\n"
          "X-Forwarded-For: 1.2.3.4\r\nAuthorization: x\r\nCookie: a=b\r\n")};

  for (const char* name : {"Host", "Content-Length", "X-Forwarded-For", "Authorization", "Cookie"})
    EXPECT_FALSE(request.field(name)->hop_by_hop) << name;
}

TEST(RequestParser, RefusesMoreConnectionOptionsThanAnyoneNeeds) {
  const Parsed request{get("Connection: " + std::string(70, ',') + "\r\n")};

  EXPECT_EQ(request.parser.error().cause, Cause::client_bad_field);
}

TEST(RequestParser, ExpectsContinueOnlyWithContentAndOnlyInHttp11) {
  const std::string expect = "Expect: 100-continue\r\n";

  EXPECT_TRUE(Parsed{get(expect + "Content-Length: 1\r\n")}.head.expect_continue);
  EXPECT_TRUE(Parsed{get(expect + "Transfer-Encoding: chunked\r\n")}.head.expect_continue);
  EXPECT_FALSE(Parsed{get(expect)}.head.expect_continue);
  EXPECT_FALSE(Parsed{get(expect + "Content-Length: 1\r\n", "POST / HTTP/1.0")}.head.expect_continue);
}

TEST(RequestParser, SeesTrailersAndUpgradesAskedFor) {
  EXPECT_TRUE(Parsed{get("TE: deflate, Trailers\r\n")}.head.te_trailers);
  EXPECT_FALSE(Parsed{get("TE: trailer\r\n")}.head.te_trailers);
  EXPECT_TRUE(Parsed{get("Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n")}.head.wants_upgrade);
  EXPECT_FALSE(Parsed{get("Upgrade: websocket\r\n")}.head.wants_upgrade);
  EXPECT_FALSE(Parsed{get("Connection: upgrade\r\n")}.head.wants_upgrade);
}

TEST(RequestParser, IgnoresAnUpgradeInHttp10) {
  const Parsed request{get("Connection: Upgrade\r\nUpgrade: websocket\r\n", "GET / HTTP/1.0")};

  EXPECT_EQ(request.status, ParseStatus::complete);
  EXPECT_FALSE(request.head.wants_upgrade);
}

TEST(RequestParser, NamesTheCauseOfARefusal) {
  EXPECT_EQ(Parsed{get("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")}.parser.error().cause,
            Cause::client_bad_transfer_encoding);
  EXPECT_EQ(Parsed{get("Content-Length: 1\r\nContent-Length: 1\r\n")}.parser.error().cause,
            Cause::client_bad_content_length);
  EXPECT_EQ(Parsed{"GET / HTTP/1.1\r\n\r\n"}.parser.error().cause, Cause::client_bad_host);
  EXPECT_EQ(Parsed{get("", "GET / HTTP/3.0")}.parser.error().cause, Cause::client_bad_version);
  EXPECT_STREQ(Parsed{"PRI * HTTP/2.0\r\n"}.parser.error().detail,
               "HTTP/2 begins with its preface, where the listener's protocols have h2");
  EXPECT_EQ(Parsed{get("", "GET /#x HTTP/1.1")}.parser.error().cause, Cause::client_bad_target);
  EXPECT_EQ(Parsed{get("Expect: x\r\n")}.parser.error().cause, Cause::client_bad_expectation);
  EXPECT_EQ(Parsed{get("X-A : b\r\n")}.parser.error().cause, Cause::client_bad_field);
}

TEST(RequestParser, KeepsToItsLimits) {
  const HeadLimits limits{.head_bytes = 100, .target_bytes = 10, .header_count = 2};

  EXPECT_EQ(Parsed(get("X: y\r\n", "GET /012345678 HTTP/1.1"), limits).status, ParseStatus::complete);
  EXPECT_EQ(Parsed("GET /0123456789", limits).parser.error().cause, Cause::client_target_too_long);
  EXPECT_EQ(Parsed(get("X: y\r\nY: z\r\n", "GET / HTTP/1.1"), limits).parser.error().cause,
            Cause::client_head_too_large);
  EXPECT_EQ(Parsed("GET / HTTP/1.1\r\nX: " + std::string(82, 'y'), limits).parser.error().cause,
            Cause::client_head_too_large);
}

TEST(RequestParser, TakesAHeadOfExactlyTheLimit) {
  const std::string head = get("");

  EXPECT_EQ(Parsed(head, {.head_bytes = head.size()}).status, ParseStatus::complete);
  EXPECT_EQ(Parsed(head, {.head_bytes = head.size() - 1}).parser.error().cause, Cause::client_head_too_large);
}

TEST(RequestParser, DoesNotAllocateOnceTheFieldListHasRoom) {
  Parsed request{get("X-A: b\r\nX-C: d\r\n")};
  const Field* const before = request.head.fields.data();

  request.parser.reset();
  request.parser.parse(request.bytes, request.head);

  EXPECT_EQ(request.head.fields.data(), before);
}

}  // namespace
}  // namespace headgate::http
