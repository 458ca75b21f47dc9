#include "http/error_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>

#include "http/accept.hpp"
#include "http/head_parser.hpp"

namespace headgate::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::string page(const ErrorPage& error) {
  std::string out;
  append_error_response(out, error);
  return out;
}

std::string simple(const SimpleResponse& response) {
  std::string out;
  append_simple_response(out, response);
  return out;
}

TEST(ErrorPage, IsPlainTextForWhoeverTakesAnything) {
  EXPECT_EQ(page({.status = 503, .accept = "*/*", .request_id = "id-1", .date = "today"}),
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 98\r\n"
            "Cache-Control: no-store\r\nDate: today\r\nX-Request-Id: id-1\r\nConnection: close\r\n\r\n"
            "503 Service Unavailable\nThe service is not available right now; try again later.\nRequest id: id-1\n");
}

TEST(ErrorPage, IsAStatusAloneForAGrpcCall) {
  EXPECT_EQ(page({.status = 503,
                  .accept = "text/html",
                  .request_id = "id-1",
                  .date = "today",
                  .grpc = base::GrpcStatus::unavailable}),
            "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\nGrpc-Status: 14\r\n"
            "Grpc-Message: The service is not available right now; try again later. Request id: id-1\r\n"
            "Date: today\r\nX-Request-Id: id-1\r\nConnection: close\r\n\r\n");
}

TEST(ErrorPage, KnowsACallByItsRequest) {
  RequestHead request;
  request.method = Method::post;
  EXPECT_EQ(page_of(Cause::no_route, request).grpc, std::nullopt);

  request.fields.push_back({"content-type", "application/grpc", FieldId::content_type});

  EXPECT_EQ(page_of(Cause::no_route, request).status, 404);
  EXPECT_EQ(page_of(Cause::no_route, request).grpc, base::GrpcStatus::unimplemented);
}

TEST(ErrorPage, IsJsonForPrograms) {
  EXPECT_THAT(page({.status = 404, .accept = "application/json", .request_id = "id-1"}),
              EndsWith("\r\n\r\n{\"status\":404,\"error\":\"Not Found\",\"message\":\"Nothing is served at this "
                       "address.\",\"request_id\":\"id-1\"}\n"));
}

TEST(ErrorPage, IsHtmlForBrowsers) {
  const std::string html = page({.status = 502, .accept = "text/html", .request_id = "id-1"});

  EXPECT_THAT(html, HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
  EXPECT_THAT(html, HasSubstr("<h1>502 Bad Gateway</h1>"));
  EXPECT_THAT(html, HasSubstr("<code>id-1</code>"));
}

TEST(ErrorPage, HasTheLengthThatItSays) {
  for (const char* accept : {"", "text/html", "application/json"}) {
    for (const std::uint16_t status : std::initializer_list<std::uint16_t>{400, 404, 413, 418, 429, 500, 504}) {
      const std::string out = page({.status = status, .accept = accept, .request_id = "x"});
      ResponseParser parser{HeadLimits{}};
      ResponseHead head;

      ASSERT_EQ(parser.parse(out, head, Method::get), ParseStatus::complete);
      EXPECT_EQ(head.body.length, out.size() - parser.consumed());
    }
  }
}

TEST(ErrorPage, HasNoBodyForHead) {
  EXPECT_THAT(page({.status = 503, .head_request = true}), EndsWith("Connection: close\r\n\r\n"));
}

TEST(ErrorPage, KeepsTheConnectionWhenItMay) {
  EXPECT_THAT(page({.close = false}), Not(HasSubstr("Connection")));
  EXPECT_THAT(page({.close = false, .client_minor = 0}), HasSubstr("Connection: keep-alive\r\n"));
}

TEST(ErrorPage, TakesFurtherFields) {
  EXPECT_THAT(page({.status = 405, .extra_fields = "Allow: GET\r\n"}), HasSubstr("\r\nAllow: GET\r\n\r\n"));
}

TEST(ErrorPage, ShowsNoIdThatCouldBreakOut) {
  EXPECT_THAT(page({.accept = "text/html", .request_id = "<script>"}), Not(HasSubstr("script")));
}

TEST(SimpleResponse, Redirects) {
  EXPECT_EQ(
      simple({.status = 308, .location = "https://a.example/", .date = "today"}),
      "HTTP/1.1 308 Permanent Redirect\r\nContent-Length: 0\r\nLocation: https://a.example/\r\nDate: today\r\n\r\n");
}

TEST(SimpleResponse, SendsABodyButNotToHead) {
  EXPECT_THAT(simple({.content_type = "text/plain", .body = "hi"}),
              EndsWith("Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi"));
  EXPECT_THAT(simple({.body = "hi", .head_request = true}), EndsWith("Content-Length: 2\r\n\r\n"));
  EXPECT_EQ(simple({.status = 204, .body = "hi"}), "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(SimpleResponse, AppliesRules) {
  const auto rules = HeaderRules::compile({{"Location", "/b"}}, {}, {"Date"});

  EXPECT_EQ(simple({.status = 302, .location = "/a", .keep_alive = false, .date = "today", .rules = &*rules}),
            "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: /b\r\n\r\n");
}

TEST(SimpleResponse, DoesNotLetALocationSplitTheHead) {
  EXPECT_THAT(simple({.status = 302, .location = "/a\r\nX-Evil: b"}), Not(HasSubstr("Evil")));
}

TEST(Accept, PrefersByQualityThenExactnessThenOrder) {
  const auto choose = choose_page_type;

  EXPECT_EQ(choose("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), PageType::html);
  EXPECT_EQ(choose("application/json, text/plain, */*"), PageType::json);
  EXPECT_EQ(choose("text/html;q=0.5, application/json;q=0.6"), PageType::json);
  EXPECT_EQ(choose("text/html; level=1; q=0.9, application/json; q=0.85"), PageType::html);
  EXPECT_EQ(choose("*/*, application/json"), PageType::json);
  EXPECT_EQ(choose("application/problem+json"), PageType::json);
  EXPECT_EQ(choose("application/*"), PageType::json);
  EXPECT_EQ(choose("TEXT/HTML"), PageType::html);
}

TEST(Accept, FallsBackToPlainText) {
  for (const char* accept : {"", "*/*", "text/*", "image/png", "text/html;q=0", ",,;", "application/json;q=0, */*"})
    EXPECT_EQ(choose_page_type(accept), PageType::text) << accept;
}

TEST(ReasonPhrase, IsTheRegisteredOne) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(431), "Request Header Fields Too Large");
  EXPECT_EQ(reason_phrase(299), "Unknown");
}

TEST(ErrorPage, SaysThatTheClientShallStayWithHttps) {
  EXPECT_THAT(page({.status = 404, .hsts = "max-age=60"}), HasSubstr("\r\nStrict-Transport-Security: max-age=60\r\n"));
  EXPECT_THAT(simple({.hsts = "max-age=60"}), HasSubstr("\r\nStrict-Transport-Security: max-age=60\r\n"));
  EXPECT_THAT(page({.status = 404}), Not(HasSubstr("Strict")));
}

}  // namespace
}  // namespace headgate::http
