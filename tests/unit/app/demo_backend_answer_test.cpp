#include "app/demo_backend_answer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headgate::app {
namespace {

DemoAnswer answer(std::string target, std::string method = "GET") {
  return answer_demo_request("backend-1", {.method = std::move(method), .target = std::move(target)});
}

std::string text(const DemoAnswer& answer) { return std::get<std::string>(answer.body); }

TEST(DemoBackendAnswer, GreetsWithItsName) {
  const DemoAnswer got = answer("/");

  EXPECT_EQ(got.status, 200u);
  EXPECT_EQ(text(got), "hello from backend-1\n");
}

TEST(DemoBackendAnswer, GreetsInJsonWhenAcceptAsksForIt) {
  const DemoAnswer got =
      answer_demo_request("backend-1", {.method = "GET", .target = "/", .fields = {{"ACCEPT", "application/json"}}});

  EXPECT_EQ(got.content_type, "application/json");
  EXPECT_EQ(nlohmann::json::parse(text(got))["backend"], "backend-1");
}

TEST(DemoBackendAnswer, WaitsAsLongAsAskedButNoLongerThanAMinute) {
  EXPECT_EQ(answer("/slow").delay.count(), 2000);
  EXPECT_EQ(answer("/slow?x=1&ms=15").delay.count(), 15);
  EXPECT_EQ(answer("/slow?ms=60000").delay.count(), 60000);
  for (const char* target : {"/slow?ms=60001", "/slow?ms=0", "/slow?ms=-1", "/slow?ms", "/slow?ms=1x"}) {
    EXPECT_EQ(answer(target).status, 400u) << target;
    EXPECT_EQ(answer(target).delay.count(), 0) << target;
  }
}

TEST(DemoBackendAnswer, GivesEveryFinalStatusAndNoInterimOne) {
  EXPECT_EQ(answer("/status/200").status, 200u);
  EXPECT_EQ(answer("/status/599").status, 599u);
  for (const char* target : {"/status/199", "/status/600", "/status/", "/status/abc", "/status/2000"})
    EXPECT_EQ(answer(target).status, 400u) << target;
}

TEST(DemoBackendAnswer, SendsNoContentWithAStatusThatHasNone) {
  for (const char* target : {"/status/204", "/status/205", "/status/304"}) EXPECT_EQ(text(answer(target)), "");
}

TEST(DemoBackendAnswer, EchoesEveryMethodWithFieldsAndBody) {
  const DemoAnswer got = answer_demo_request("b", {.method = "PURGE",
                                                   .target = "/echo?a=1",
                                                   .fields = {{"X-One", "1"}, {"X-One", "2"}},
                                                   .body = "text",
                                                   .body_bytes = 100});

  const auto json = nlohmann::json::parse(text(got));
  EXPECT_EQ(json["method"], "PURGE");
  EXPECT_EQ(json["target"], "/echo?a=1");
  EXPECT_EQ(json["headers"], (nlohmann::json{"X-One: 1", "X-One: 2"}));
  EXPECT_EQ(json["body"], "text");
  EXPECT_EQ(json["body_bytes"], 100);
}

TEST(DemoBackendAnswer, EchoesBytesThatAreNotUtf8AsReplacementCharacters) {
  const DemoAnswer got = answer_demo_request("b", {.method = "POST", .target = "/echo", .body = "\xff\xfe"});

  EXPECT_EQ(nlohmann::json::parse(text(got))["body"], "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(DemoBackendAnswer, StreamsAsManyEventsAsAsked) {
  const DemoAnswer got = answer("/stream?count=3&ms=20");

  EXPECT_EQ(got.content_type, "text/event-stream");
  EXPECT_EQ(std::get<DemoEvents>(got.body).count, 3u);
  EXPECT_EQ(std::get<DemoEvents>(got.body).interval.count(), 20);
  EXPECT_EQ(std::get<DemoEvents>(answer("/stream").body).interval.count(), 500);
  EXPECT_EQ(answer("/stream?count=10001").status, 400u);
}

TEST(DemoBackendAnswer, MakesUpToFourGibibytes) {
  EXPECT_EQ(std::get<DemoFiller>(answer("/bytes/0").body).bytes, 0u);
  EXPECT_EQ(std::get<DemoFiller>(answer("/bytes/4294967296").body).bytes, 4294967296u);
  EXPECT_FALSE(std::get<DemoFiller>(answer("/bytes/5").body).chunked);
  EXPECT_TRUE(std::get<DemoFiller>(answer("/bytes/5?chunked=1").body).chunked);
  for (const char* target : {"/bytes/4294967297", "/bytes/", "/bytes/-1", "/bytes/99999999999999999999999"})
    EXPECT_EQ(answer(target).status, 400u) << target;
}

TEST(DemoBackendAnswer, KnowsNoOtherPath) {
  for (const char* target : {"/nothing", "/slower", "/echo/", "//", "", "*"})
    EXPECT_EQ(answer(target).status, 404u) << target;
}

TEST(DemoBackendAnswer, RefusesOtherMethodsWhereOnlyReadingMakesSense) {
  for (const char* target : {"/", "/healthz", "/stream", "/bytes/1"}) {
    EXPECT_EQ(answer(target, "POST").status, 405u) << target;
    EXPECT_EQ(answer(target, "POST").allow, "GET, HEAD") << target;
    EXPECT_EQ(answer(target, "HEAD").status, 200u) << target;
  }
}

TEST(DemoBackendAnswer, AnswersTheHealthCheckOfTheBinary) {
  EXPECT_EQ(answer("*", "OPTIONS").status, 200u);
  EXPECT_EQ(text(answer("/healthz")), "ok\n");
}

}  // namespace
}  // namespace headgate::app
