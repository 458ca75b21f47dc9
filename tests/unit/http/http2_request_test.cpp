#include "http/http2_request.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "http/http2_trailers.hpp"

namespace headgate::http {
namespace {

using Outcome = Http2RequestReader::Outcome;
using List = std::vector<std::pair<std::string, std::string>>;

/// A request read from these fields.
class Request {
 public:
  explicit Request(const List& fields, bool end_stream = true, HeadLimits limits = {}) {
    reader_.begin(text_, limits);
    for (const auto& [name, value] : fields) reader_.add(name, value);
    outcome = reader_.finish(end_stream, head);
  }
  [[nodiscard]] Error error() const { return reader_.error(); }
  [[nodiscard]] std::string field(std::string_view name) const {
    for (const Field& field : head.fields)
      if (field.name == name) return std::string{field.value};
    return "(none)";
  }

  RequestHead head;
  Outcome outcome;

 private:
  std::string text_;
  Http2RequestReader reader_;
};

/// GET https://a.test/path with more fields; `changed`: in place of the pseudo field of its name.
List get(const List& more = {}, const List& changed = {}) {
  List fields{{":method", "GET"}, {":scheme", "https"}, {":path", "/path?q"}, {":authority", "a.test"}};
  for (const auto& [name, value] : changed)
    for (auto& field : fields)
      if (field.first == name) field.second = value;
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

List without(std::string_view name) {
  List fields = get();
  std::erase_if(fields, [&](const auto& field) { return field.first == name; });
  return fields;
}

TEST(Http2Request, BecomesTheHeadOfTheSameRequestInHttp11) {
  const Request request{get({{"accept", "*/*"}, {"x-empty", ""}})};

  ASSERT_EQ(request.outcome, Outcome::complete) << request.error().detail;
  EXPECT_EQ(request.head.method, Method::get);
  EXPECT_EQ(request.head.path, "/path");
  EXPECT_EQ(request.head.query, "q");
  EXPECT_EQ(request.head.authority, "a.test");
  EXPECT_EQ(request.field("accept"), "*/*");
  EXPECT_EQ(request.field("x-empty"), "");
  EXPECT_EQ(request.head.body.kind, BodyKind::none);
  EXPECT_EQ(protocol_name(request.head), "HTTP/2.0");
}

TEST(Http2Request, TakesTheHostWhereThereIsNoAuthority) {
  List fields = without(":authority");
  fields.emplace_back("host", "b.test");

  EXPECT_EQ(Request{fields}.head.authority, "b.test");
}

TEST(Http2Request, JoinsTheCrumbsOfACookie) {
  const Request request{get({{"cookie", "a=1"}, {"x", "y"}, {"cookie", "b=2"}})};

  EXPECT_EQ(request.field("cookie"), "a=1; b=2");
}

TEST(Http2Request, TellsHowItsBodyEnds) {
  EXPECT_EQ(Request(get(), false).head.body.kind, BodyKind::chunked);
  EXPECT_EQ(Request(get({{"content-length", "5"}}), false).head.body.length, 5u);
  EXPECT_EQ(Request(get({{"content-length", "0"}}), true).outcome, Outcome::complete);
}

TEST(Http2Request, ExpectsContinueOnlyForABody) {
  EXPECT_TRUE(Request(get({{"expect", "100-continue"}}), false).head.expect_continue);
  EXPECT_FALSE(Request(get({{"expect", "100-continue"}}), true).head.expect_continue);
}

TEST(Http2Request, TakesTrailersForTe) {
  EXPECT_TRUE(Request{get({{"te", "trailers"}})}.head.te_trailers);
  EXPECT_EQ(Request{get({{"te", "gzip"}})}.outcome, Outcome::malformed);
}

TEST(Http2Request, KnowsConnectAndOptionsOfTheServer) {
  const Request connect{List{{":method", "CONNECT"}, {":authority", "a.test:443"}}};
  const Request options{get({}, {{":method", "OPTIONS"}, {":path", "*"}})};

  EXPECT_EQ(connect.head.form, TargetForm::authority);
  EXPECT_EQ(options.head.form, TargetForm::asterisk);
}

/// An extended CONNECT (RFC 8441).
List websocket(const List& more = {}, const List& changed = {}) {
  List fields = get({}, changed);
  fields.front().second = "CONNECT";
  fields.emplace_back(":protocol", "websocket");
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

TEST(Http2Request, ReadsAnExtendedConnectAsTheGetThatAsksForTheSame) {
  const Request request(websocket({{"sec-websocket-version", "13"}}), false);

  ASSERT_EQ(request.outcome, Outcome::complete) << request.error().detail;
  EXPECT_EQ(request.head.method, Method::get);
  EXPECT_EQ(request.head.path, "/path");
  EXPECT_EQ(request.head.authority, "a.test");
  EXPECT_TRUE(request.head.wants_upgrade);
  EXPECT_EQ(request.field("upgrade"), "websocket");
  EXPECT_EQ(request.field("sec-websocket-key").size(), 24u);
  EXPECT_EQ(request.head.body.kind, BodyKind::none);
}

TEST(Http2Request, HasAKeyOfItsOwnForTheBackend) {
  const Request request(websocket({{"sec-websocket-key", "of the client"}}), false);

  EXPECT_NE(request.field("sec-websocket-key"), "of the client");
}

TEST(Http2Request, RefusesTunnelsThatAreNone) {
  const auto path = websocket({}, {{":path", "path"}});
  const auto length = websocket({{"content-length", "0"}});
  const List plain_length{{":method", "CONNECT"}, {":authority", "a.test:443"}, {"content-length", "5"}};
  const List pathless{{":method", "CONNECT"}, {":authority", "a.test"}, {":protocol", "websocket"}};
  auto other = websocket();
  other.back().second = "connect-udp";

  EXPECT_EQ(Request(path, false).outcome, Outcome::malformed);
  EXPECT_EQ(Request(length, false).error().cause, Cause::client_bad_content_length);
  EXPECT_EQ(Request(plain_length, false).error().cause, Cause::client_bad_content_length);
  EXPECT_EQ(Request(pathless, false).outcome, Outcome::malformed);
  EXPECT_EQ(Request(websocket({{"upgrade", "websocket"}}), false).outcome, Outcome::malformed);
  EXPECT_EQ(Request(other, false).error().cause, Cause::upgrade_unsupported);
  EXPECT_EQ(Request(other, false).outcome, Outcome::refused);
}

TEST(Http2Request, BringsNoBodyWithConnect) {
  const List connect{{":method", "CONNECT"}, {":authority", "a.test:443"}};

  EXPECT_EQ(Request(connect, false).head.body.kind, BodyKind::none);
}

TEST(Http2Request, RefusesBadPseudoFields) {
  const std::vector<List> all{
      without(":method"),
      without(":scheme"),
      without(":path"),
      get({{":path", "/other"}}),
      get({{":method", "GET"}}),
      get({{":status", "200"}}),
      get({{":protocol", "websocket"}}),
      get({{"x", "y"}, {":authority", "late.test"}}),
      get({}, {{":path", ""}}),
      get({}, {{":path", "path"}}),
      get({}, {{":path", "http://a.test/"}}),
      get({}, {{":path", "*"}}),
      get({}, {{":method", "GE T"}}),
      get({}, {{":method", ""}}),
      List{{":method", "CONNECT"}, {":authority", "a.test:443"}, {":path", "/"}},
      List{{":method", "CONNECT"}},
      List{},
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Request request{all[i]};

    EXPECT_EQ(request.outcome, Outcome::malformed) << i;
    EXPECT_EQ(request.error().cause, Cause::client_bad_pseudo_field) << i;
  }
}

TEST(Http2Request, RefusesWhatWouldBeAnotherRequestInHttp11) {
  const std::string nul(1, '\0');
  const std::vector<List> all{
      get({{"x", "a\r\nhost: evil"}}),
      get({{"x", "a\nb"}}),
      get({{"x", "a\rb"}}),
      get({{"x", nul}}),
      get({{"x", " a"}}),
      get({{"x", "a\t"}}),
      get({{"x: y\r\nz", "a"}}),
      get({{"X-Upper", "a"}}),
      get({{"x y", "a"}}),
      get({{"", "a"}}),
      get({}, {{":path", "/ HTTP/1.1\r\nx: y"}}),
      get({}, {{":path", "/a b"}}),
      get({}, {{":path", "/a HTTP/1.0"}}),
      get({}, {{":authority", "a.test\r\nx: y"}}),
      get({}, {{":authority", "a.test b"}}),
      get({}, {{":method", "GET / HTTP/1.1\r\nx: y"}}),
      get({}, {{":scheme", "http\r\n"}}),
      get({{"host", "a.test\nx"}}),
      get({{"cookie", "a\r\nx: y"}}),
  };
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(Request{all[i]}.outcome, Outcome::malformed) << i;
}

TEST(Http2Request, RefusesFieldsThatManageAConnection) {
  for (const char* name : {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"}) {
    const Request request{get({{name, "chunked"}})};

    EXPECT_EQ(request.outcome, Outcome::malformed) << name;
    EXPECT_EQ(request.error().cause, Cause::client_bad_field) << name;
  }
}

TEST(Http2Request, RefusesTwoNamesOfTheHost) {
  EXPECT_EQ(Request{get({{"host", "A.test"}})}.outcome, Outcome::complete);
  EXPECT_EQ(Request{get({{"host", "b.test"}})}.error().cause, Cause::client_bad_host);
  EXPECT_EQ(Request{get({{"host", "b.test"}})}.outcome, Outcome::malformed);
  EXPECT_EQ(Request{get({{"host", "a.test"}, {"host", "a.test"}})}.outcome, Outcome::malformed);
}

TEST(Http2Request, RefusesLengthsThatCannotBe) {
  EXPECT_EQ(Request(get({{"content-length", "5"}}), true).outcome, Outcome::malformed);
  EXPECT_EQ(Request(get({{"content-length", "5"}, {"content-length", "5"}}), false).outcome, Outcome::malformed);
  EXPECT_EQ(Request(get({{"content-length", "+5"}}), false).error().cause, Cause::client_bad_content_length);
}

TEST(Http2Request, AnswersWhatHttp11Answers) {
  const auto outcome_of = [](const Request& request, Cause cause) {
    EXPECT_EQ(request.error().cause, cause);
    return request.outcome;
  };
  const HeadLimits small{.head_bytes = 200, .target_bytes = 20, .header_count = 3};

  EXPECT_EQ(outcome_of(Request{without(":authority")}, Cause::client_bad_host), Outcome::refused);
  EXPECT_EQ(outcome_of(Request{get({}, {{":authority", "u@a.test"}})}, Cause::client_bad_host), Outcome::refused);
  EXPECT_EQ(outcome_of(Request{get({}, {{":path", "/%zz"}})}, Cause::client_bad_target), Outcome::refused);
  EXPECT_EQ(outcome_of(Request{get({}, {{":scheme", "ftp"}})}, Cause::client_bad_pseudo_field), Outcome::refused);
  EXPECT_EQ(outcome_of(Request{get({{"expect", "tea"}})}, Cause::client_bad_expectation), Outcome::refused);
  EXPECT_EQ(
      outcome_of(Request(get({}, {{":path", "/" + std::string(30, 'x')}}), true, small), Cause::client_target_too_long),
      Outcome::refused);
  EXPECT_EQ(outcome_of(Request(get({{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}}), true, small),
                       Cause::client_head_too_large),
            Outcome::refused);
  EXPECT_EQ(outcome_of(Request(get({{"a", std::string(500, 'x')}}), true, small), Cause::client_head_too_large),
            Outcome::refused);
}

TEST(Http2Request, NamesWhatWasRefusedForTheLog) {
  const Request request{get({{"connection", "close"}})};

  EXPECT_EQ(request.head.method_token, "GET");
  EXPECT_EQ(request.head.target, "/path?q");
  EXPECT_EQ(request.head.authority, "a.test");
}

TEST(Http2Request, NamesTheContentOfWhatWasRefused) {
  const Request request{get({{"content-type", "application/grpc"}, {"connection", "close"}})};

  EXPECT_EQ(request.field("content-type"), "application/grpc");
}

TEST(Http2Request, KeepsNothingOfTheOneBefore) {
  std::string text;
  RequestHead head;
  Http2RequestReader reader;
  reader.begin(text, {});
  reader.add(":method", "POST");
  reader.add("connection", "close");
  (void)reader.finish(true, head);

  reader.begin(text, {});
  for (const auto& [name, value] : get()) reader.add(name, value);

  EXPECT_EQ(reader.finish(true, head), Outcome::complete);
  EXPECT_EQ(head.method, Method::get);
}

}  // namespace
}  // namespace headgate::http
