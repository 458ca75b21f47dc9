#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "http/head_parser.hpp"
#include "http/head_writer.hpp"

namespace headgate::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string write(const std::string& bytes, const ResponsePlan& plan, Method method = Method::get) {
  ResponseParser parser{HeadLimits{}};
  ResponseHead head;
  EXPECT_EQ(parser.parse(bytes, head, method), ParseStatus::complete) << bytes;
  std::string out;
  write_response_head(out, head, plan);
  return out;
}

TEST(ResponseWriter, WritesEveryLineAnew) {
  const ResponsePlan plan{.body = {BodyKind::length, 5}};

  EXPECT_EQ(write("HTTP/1.0 200 Fine\r\nserver:x\r\nContent-Length: 5\r\nConnection: X-A\r\nX-A: b\r\n\r\n", plan),
            "HTTP/1.1 200 Fine\r\nserver: x\r\nContent-Length: 5\r\n\r\n");
}

TEST(ResponseWriter, SaysWhatTheUpstreamSwitchedTo) {
  ResponseHead head;
  head.status = 101;
  head.reason = "Switching Protocols";
  head.fields = {{"upgrade", "websocket", FieldId::upgrade, true},
                 {"Connection", "upgrade, x", FieldId::connection, true},
                 {"Sec-WebSocket-Accept", "a", FieldId::other, false}};
  std::string out;

  write_response_head(out, head, {});

  EXPECT_EQ(out,
            "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: a\r\nConnection: Upgrade\r\n"
            "upgrade: websocket\r\n\r\n");
}

TEST(ResponseWriter, WritesChunkedForABodyOfUnknownLength) {
  const ResponsePlan plan{.body = {BodyKind::chunked, 0}};

  EXPECT_EQ(write("HTTP/1.1 200 OK\r\n\r\n", plan), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(ResponseWriter, AddsACookieToThoseOfTheUpstream) {
  const ResponsePlan plan{.body = {BodyKind::length, 0}, .set_cookie = "Set-Cookie: ours=1; Path=/\r\n"};

  EXPECT_EQ(write("HTTP/1.1 200 OK\r\nSet-Cookie: theirs=2\r\nContent-Length: 0\r\n\r\n", plan),
            "HTTP/1.1 200 OK\r\nSet-Cookie: theirs=2\r\nSet-Cookie: ours=1; Path=/\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseWriter, SaysWhetherTheConnectionStays) {
  const std::string response = "HTTP/1.1 204 X\r\n\r\n";

  EXPECT_EQ(write(response, {.keep_alive = false}), "HTTP/1.1 204 X\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(write(response, {.client_minor = 0}), "HTTP/1.1 204 X\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(write(response, {.client_minor = 0, .keep_alive = false}), "HTTP/1.1 204 X\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(write(response, {}), "HTTP/1.1 204 X\r\n\r\n");
}

TEST(ResponseWriter, DropsTheLengthOfA204EvenForHead) {
  EXPECT_EQ(write("HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\n", {.head_request = true}, Method::head),
            "HTTP/1.1 204 X\r\n\r\n");
}

TEST(ResponseWriter, KeepsTheLengthThatAHeadOr304Announces) {
  const std::string fields = "Content-Length: 500\r\n\r\n";

  EXPECT_THAT(write("HTTP/1.1 200 OK\r\n" + fields, {.head_request = true}, Method::head),
              HasSubstr("Content-Length: 500\r\n"));
  EXPECT_THAT(write("HTTP/1.1 304 X\r\n" + fields, {}), HasSubstr("Content-Length: 500\r\n"));
  EXPECT_THAT(write("HTTP/1.1 204 X\r\n" + fields, {}), Not(HasSubstr("Content-Length")));
}

TEST(ResponseWriter, DatesWhatTheUpstreamDidNot) {
  EXPECT_EQ(write("HTTP/1.1 204 X\r\n\r\n", {.date = "today"}), "HTTP/1.1 204 X\r\nDate: today\r\n\r\n");
  EXPECT_EQ(write("HTTP/1.1 204 X\r\nDate: then\r\n\r\n", {.date = "today"}), "HTTP/1.1 204 X\r\nDate: then\r\n\r\n");
}

TEST(ResponseWriter, AddsViaAndRequestIdWhenThePolicyAsks) {
  const ForwardingPolicy policy{.via = true, .response_request_id = true, .via_name = "gate"};

  EXPECT_EQ(write("HTTP/1.1 204 X\r\nX-Request-Id: theirs\r\n\r\n", {.policy = &policy, .request_id = "id-1"}),
            "HTTP/1.1 204 X\r\nVia: 1.1 gate\r\nX-Request-Id: id-1\r\n\r\n");
}

TEST(ResponseWriter, AppliesRules) {
  const auto rules = HeaderRules::compile({{"Server", "gate"}}, {{"X-Frame-Options", "DENY"}}, {"X-Powered-By"});

  EXPECT_EQ(write("HTTP/1.1 204 X\r\nX-Powered-By: y\r\nserver: z\r\nA: b\r\n\r\n", {.rules = &*rules}),
            "HTTP/1.1 204 X\r\nA: b\r\nServer: gate\r\nX-Frame-Options: DENY\r\n\r\n");
}

TEST(ResponseWriter, PassesInterimHeadsOnWithoutHopByHopFields) {
  const std::string bytes = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: close\r\nContent-Length: 5\r\n\r\n";
  ResponseParser parser{HeadLimits{}};
  ResponseHead head;
  parser.parse(bytes, head, Method::get);
  std::string out;

  write_interim_head(out, head, nullptr);

  EXPECT_EQ(out, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
}

TEST(ResponseWriter, WritesFieldsWhoseNameAndValueStandApart) {
  const std::string name = "X-A";
  const std::string value = "made elsewhere";
  ResponseHead head;
  head.status = 200;
  head.fields.push_back({name, value});
  std::string out;

  write_interim_head(out, head, nullptr);

  EXPECT_EQ(out, "HTTP/1.1 200 \r\nX-A: made elsewhere\r\n\r\n");
}

TEST(ResponseWriter, SaysThatTheClientShallStayWithHttpsWhateverTheUpstreamSays) {
  const ResponsePlan plan{.hsts = "max-age=60"};

  EXPECT_EQ(write("HTTP/1.1 204 X\r\nstrict-transport-security: max-age=0\r\nX-A: b\r\n\r\n", plan),
            "HTTP/1.1 204 X\r\nX-A: b\r\nStrict-Transport-Security: max-age=60\r\n\r\n");
}

TEST(ResponseWriter, LeavesTheUpstreamsWordOnHttpsWhenItHasNoneOfItsOwn) {
  const std::string response = "HTTP/1.1 204 X\r\nStrict-Transport-Security: max-age=0\r\n\r\n";

  EXPECT_EQ(write(response, {}), response);
}

}  // namespace
}  // namespace headgate::http
