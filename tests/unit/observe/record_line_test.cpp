#include "observe/record_line.hpp"

#include <gtest/gtest.h>

#include "support/log_lines.hpp"

namespace headgate::observe {
namespace {

RecordView view_of(Cause cause) {
  RecordView view;
  view.time = at(seven, 42);
  view.cause = cause;
  return view;
}

json failure_line(const RecordView& view) {
  std::string line;
  append_failure_line(line, view, Zone::utc);
  return json::parse(line);
}

TEST(FailureLine, HoldsTheWholeContext) {
  RecordView view = view_of(Cause::upstream_connect_failed);
  view.request_id.text = "r1";
  view.client.text = "192.0.2.7";
  view.method.text = "GET";
  view.host.text = "example.com";
  view.path.text = "/a";
  view.route.text = "api";
  view.upstream.text = "web";
  view.backend.text = "10.0.0.1:9000";
  view.detail.text = "second attempt";
  view.attempt = 2;
  view.status = 502;
  view.os_error = ECONNREFUSED;
  view.total_us = 1500;
  view.connect_us = 7;
  view.worker = 1;

  std::string line;
  append_failure_line(line, view, Zone::utc);

  EXPECT_EQ(line,
            R"({"time":"2026-11-24T07:00:00.000042Z","level":"error","cause":"UPSTREAM_CONNECT_FAILED",)"
            R"("origin":"upstream","phase":"connect","request_id":"r1","client":"192.0.2.7","method":"GET",)"
            R"("host":"example.com","path":"/a","route":"api","upstream":"web","backend":"10.0.0.1:9000","attempt":2,)"
            R"("status":502,"os_error":"Connection refused","total_ms":1.500,"connect_ms":0.007,)"
            R"("message":"The connection to the backend failed (refused, unreachable, no such socket).",)"
            R"("detail":"second attempt","worker":1})"
            "\n");
}

TEST(FailureLine, LeavesOutWhatIsUnknown) {
  const json line = failure_line(view_of(Cause::client_bad_host));

  EXPECT_EQ(line.size(), 7U) << line;  // time, level, cause, origin, phase, message, worker
}

TEST(FailureLine, LetsTheRecordOverrideLevelAndPhase) {
  RecordView view = view_of(Cause::upstream_reset);
  view.level = Level::info;
  view.phase = Phase::body;

  EXPECT_EQ(failure_line(view)["level"], "info");
  EXPECT_EQ(failure_line(view)["phase"], "body");
}

TEST(FailureLine, NeverHoldsAQuery) {
  RecordView view = view_of(Cause::no_route);
  view.path = {"/login?token=secret", true};

  EXPECT_EQ(failure_line(view)["path"], "/login");
}

TEST(FailureLine, NamesErrorsThatAreNoErrno) {
  RecordView view = view_of(Cause::upstream_resolve_failed);
  view.os_error = 123456;

  EXPECT_EQ(failure_line(view)["os_error"], "error 123456");
}

TEST(AccessLine, HoldsOneExchange) {
  RecordView view = view_of(Cause::none);
  view.request_id.text = "r1";
  view.client.text = "192.0.2.7";
  view.method.text = "GET";
  view.host.text = "example.com";
  view.path.text = "/a?b=c";
  view.protocol.text = "HTTP/1.1";
  view.user_agent.text = "curl/8";
  view.tunnel.text = "idle";
  view.status = 200;
  view.attempt = 1;
  view.bytes_sent = 0;
  view.total_us = 2000;
  view.first_byte_us = 999;

  std::string line;
  append_access_line(line, view, Zone::utc);

  EXPECT_EQ(line, R"({"time":"2026-11-24T07:00:00.000042Z","request_id":"r1","client":"192.0.2.7","method":"GET",)"
                  R"("host":"example.com","path":"/a","protocol":"HTTP/1.1","status":200,"bytes_sent":0,)"
                  R"("duration_ms":2.000,"first_byte_ms":0.999,"attempts":1,"tunnel":"idle","user_agent":"curl/8"})"
                  "\n");
}

TEST(EventLine, HoldsItsMembers) {
  const LogEvent event{at(seven),
                       Level::info,
                       Cause::reload_applied,
                       "taken",
                       {{"id", 7}, {"hash", std::string{"a\"b"}}, {"duration_ms", 1.25}}};

  std::string line;
  append_event_line(line, event, Zone::utc);

  EXPECT_EQ(line, R"({"time":"2026-11-24T07:00:00.000000Z","level":"info","cause":"RELOAD_APPLIED","origin":"proxy",)"
                  R"("phase":"reload","message":"taken","id":7,"hash":"a\"b","duration_ms":1.250})"
                  "\n");
}

TEST(EventLine, LeavesOutWhatIsEmpty) {
  std::string line;
  append_event_line(line, {at(seven), Level::info, Cause::reload_applied, "", {{"hash", ""}, {"detail", ""}}},
                    Zone::utc);

  EXPECT_FALSE(json::parse(line).contains("hash"));
  EXPECT_FALSE(json::parse(line).contains("detail"));
}

TEST(FailureLine, MarksAnAttemptThatWasRetried) {
  RecordView view;
  view.cause = Cause::upstream_connect_failed;
  EXPECT_FALSE(failure_line(view).contains("outcome"));

  view.retried = true;

  EXPECT_EQ(failure_line(view)["outcome"], "retried");
}

TEST(EventLine, TakesTheSentenceOfItsCauseWhenItHasNone) {
  std::string line;
  append_event_line(line, {at(seven), Level::error, Cause::log_dropped, "", {}}, Zone::utc);

  EXPECT_EQ(json::parse(line)["message"], info(Cause::log_dropped).meaning);
}

}  // namespace
}  // namespace headgate::observe
