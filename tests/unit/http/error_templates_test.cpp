#include "http/error_templates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/error_page.hpp"

namespace headgate::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

ErrorTemplates templates() {
  ErrorTemplates templates;
  templates.add("503", PageType::html, "html of 503");
  templates.add("5xx", PageType::html, "html of 5xx");
  templates.add("5xx", PageType::json, "json of 5xx");
  return templates;
}

TEST(ErrorTemplates, FindTheStatusesOwnBeforeItsClasss) {
  const ErrorTemplates some = templates();

  EXPECT_EQ(*some.find(503, PageType::html), "html of 503");
  EXPECT_EQ(*some.find(502, PageType::html), "html of 5xx");
  EXPECT_EQ(*some.find(503, PageType::json), "json of 5xx");
}

TEST(ErrorTemplates, HaveNoneOfWhatWasNotGiven) {
  const ErrorTemplates some = templates();

  EXPECT_EQ(some.find(503, PageType::text), nullptr);
  EXPECT_EQ(some.find(404, PageType::html), nullptr);
}

TEST(FillTemplate, FillsTheVariablesIn) {
  const ErrorValues values{503, "Service Unavailable", "id-1"};

  EXPECT_EQ(fill("${status} ${reason}, ${request_id}: ${status}", PageType::text, values),
            "503 Service Unavailable, id-1: 503");
}

TEST(FillTemplate, LeavesEverythingElseAlone) {
  const ErrorValues values{503, "Service Unavailable", "id-1"};

  EXPECT_EQ(fill("$ $$ ${other} ${status $5 <b>$", PageType::html, values), "$ $$ ${other} ${status $5 <b>$");
}

TEST(FillTemplate, EscapesForTheMediaType) {
  const ErrorValues values{400, "<\"&'\\>", ""};

  EXPECT_EQ(fill("${reason}", PageType::html, values), "&lt;&quot;&amp;&#39;\\&gt;");
  EXPECT_EQ(fill("${reason}", PageType::json, values), "<\\\"&'\\\\>");
  EXPECT_EQ(fill("${reason}", PageType::text, values), "<\"&'\\>");
}

TEST(ErrorPage, HasTheOperatorsBodyInTheTypeThatTheClientLikes) {
  const ErrorTemplates some = templates();
  std::string html;
  std::string text;

  append_error_response(html, {.status = 503, .accept = "text/html", .templates = &some});
  append_error_response(text, {.status = 503, .accept = "*/*", .templates = &some});

  EXPECT_THAT(html, HasSubstr("Content-Type: text/html; charset=utf-8\r\nContent-Length: 11\r\n"));
  EXPECT_THAT(html, EndsWith("\r\n\r\nhtml of 503"));
  EXPECT_THAT(text, HasSubstr("503 Service Unavailable\n"));  // its own words: there is no template
}

TEST(ErrorPage, PutsNoUncheckedRequestIdIntoATemplate) {
  ErrorTemplates some;
  some.add("503", PageType::text, "[${request_id}]");
  std::string out;

  append_error_response(out, {.status = 503, .request_id = "bad id\r\n", .templates = &some});

  EXPECT_THAT(out, EndsWith("\r\n\r\n[]"));
}

}  // namespace
}  // namespace headgate::http
