#include "app/status_text.hpp"

#include <gmock/gmock.h>

#include "app/columns.hpp"
#include "app/top_frame.hpp"

namespace headgate::app {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

Json status() {
  return Json::parse(R"({
    "version": "1.2.3", "instance": "host:7", "time": "2026-11-24T07:00:05.000000Z",
    "readiness": {"ready": true, "draining": false},
    "configuration": {"file": "config.json", "generation": 3, "since": "2026-11-24T06:00:00.000000Z"},
    "listeners": [{"name": "web", "address": "0.0.0.0:80"}, {"name": "admin", "address": "127.0.0.1:9901"}],
    "connections": {"open": 3, "accepted": 100, "refused": 1, "tunnels": 2},
    "routes": [{"name": "", "responses": {}, "duration_ms": {"count": 0, "sum": 0, "p99": 0}, "body_bytes_sent": 0},
               {"name": "all", "responses": {"2xx": 100}, "duration_ms": {"count": 100, "sum": 250, "p99": 9.5},
                "body_bytes_sent": 5000}],
    "failures": {"NO_ROUTE": 2, "UPSTREAM_RESET": 5},
    "state": {"store": "redis", "degraded": false, "since": "2026-11-24T06:00:00.000000Z"},
    "process": {"started": "2026-11-24T05:00:00.000000Z", "resident_bytes": 12000000, "cpu_seconds": 1.5}})");
}

Json upstreams() {
  return Json::parse(R"([{"name": "web", "strategy": "round_robin", "backends": [
    {"address": "10.0.0.1:80", "up": true, "state": "up", "since": "2026-11-24T05:00:00.000000Z", "in_flight": 2,
     "failures": 0, "retries": 0, "first_byte_ms": {"count": 60, "sum": 90, "p50": 1.5, "p99": 8}, "pool": {"idle": 4},
     "health": {}, "timeline": []},
    {"address": "10.0.0.2:80", "up": false, "state": "ejected", "since": "2026-11-24T07:00:00.000000Z", "in_flight": 0,
     "failures": 5, "retries": 0, "first_byte_ms": {"count": 40, "sum": 80, "p50": 1.5, "p99": 8}, "pool": {"idle": 0},
     "health": {"last_probe": {"time": "2026-11-24T07:00:01.000000Z", "probe": "GET http://10.0.0.2:80/", "success": false,
                               "error": "connection refused"}, "next_probe": "2026-11-24T07:00:06.000000Z"},
     "timeline": [{"time": "2026-11-24T07:00:00.000000Z", "cause": "BACKEND_EJECTED", "from": "up", "to": "ejected",
                   "by": "requests", "evidence": {"text": "5 failures in a row", "failure": "UPSTREAM_RESET"},
                   "until": "2026-11-24T07:00:10.000000Z"}]}]}])");
}

TEST(StatusText, BeginsWithTheProxyItself) {
  const std::string text = status_text(status(), upstreams());

  EXPECT_THAT(text, HasSubstr("headgate 1.2.3  host:7  ready  since 2026-11-24 05:00:00 (times in UTC)\n"));
  EXPECT_THAT(text, HasSubstr("configuration  config.json, generation 3, since 2026-11-24 06:00:00\n"));
  EXPECT_THAT(text, HasSubstr("listeners      web 0.0.0.0:80, admin 127.0.0.1:9901\n"));
  EXPECT_THAT(text, HasSubstr("clients        3 connections (2 of them tunnels), 100 accepted, 1 refused\n"));
  EXPECT_THAT(text, HasSubstr("state          redis\n"));
  EXPECT_THAT(text, HasSubstr("failures       UPSTREAM_RESET 5, NO_ROUTE 2\n"));
}

TEST(StatusText, TellsWhyABackendIsOut) {
  const std::string text = status_text(status(), upstreams());

  EXPECT_THAT(text, HasSubstr("\nweb (round_robin): 1 of 2 backends up\n"));
  EXPECT_THAT(text, HasSubstr("  10.0.0.1:80  up            since 2026-11-24 05:00:00  2 running  60 answered"));
  EXPECT_THAT(text, HasSubstr("  10.0.0.2:80  OUT: ejected  since 2026-11-24 07:00:00"));
  EXPECT_THAT(text, HasSubstr("    2026-11-24 07:00:00  BACKEND_EJECTED: up -> ejected, by requests: 5 failures in a "
                              "row, UPSTREAM_RESET, until 2026-11-24 07:00:10\n"));
  EXPECT_THAT(text, HasSubstr("    last probe 2026-11-24 07:00:01, GET http://10.0.0.2:80/: connection refused\n"));
  EXPECT_THAT(text, HasSubstr("    next probe 2026-11-24 07:00:06\n"));
  EXPECT_THAT(text, Not(HasSubstr("\n  10.0.0.1:80\n"))) << "there is nothing to explain";
}

TEST(StatusText, ShowsTroubleOfTheStoreAndOfReloads) {
  Json troubled = status();
  troubled["state"]["degraded"] = true;
  troubled["state"]["last_error"] = "no reply in time";
  troubled["readiness"] = {{"ready", false}, {"draining", true}};
  troubled["configuration"]["last_reload"] = {
      {"result", "refused"}, {"time", "2026-11-24T06:30:00.000000Z"}, {"reasons", {"config.json:1:1: no"}}};

  const std::string text = status_text(troubled, Json::array());

  EXPECT_THAT(text, HasSubstr("redis, DEGRADED since 2026-11-24 06:00:00: no reply in time\n"));
  EXPECT_THAT(text, HasSubstr("DRAINING"));
  EXPECT_THAT(text,
              HasSubstr("the last reload was refused at 2026-11-24 06:30:00\n               config.json:1:1: no\n"));
}

TEST(Columns, AreAsWideAsTheirLongestCell) {
  Columns table{{false, true}};
  table.row({"a", "1"});
  table.row({"long", "22"});
  table.row({"x"});

  EXPECT_EQ(table.text(1), " a      1\n long  22\n x\n");
}

TEST(TopFrame, ShowsWhatHappenedBetweenTwoLooks) {
  const std::chrono::steady_clock::time_point now{100s};
  const Look before{status(), upstreams(), now};
  Look after{status(), upstreams(), now + 2s};
  after.status["routes"][1]["duration_ms"]["count"] = 120;
  after.status["routes"][1]["duration_ms"]["sum"] = 300;
  after.status["routes"][1]["responses"]["2xx"] = 110;
  after.status["routes"][1]["responses"]["5xx"] = 10;
  after.status["process"]["cpu_seconds"] = 2.5;
  after.upstreams[0]["backends"][1]["failures"] = 9;

  const std::string frame = top_frame(before, after);

  EXPECT_THAT(frame, HasSubstr("headgate 1.2.3  host:7  ready  2026-11-24 07:00:05 UTC\n"));
  EXPECT_THAT(frame, HasSubstr("cpu: 50 %"));
  EXPECT_THAT(frame, HasSubstr("all      10.0    5.0    0.0    5.0     2.50     9.5        0.0\n"));
  EXPECT_THAT(frame, ::testing::ContainsRegex("10\\.0\\.0\\.2:80 +ejected +0\\.0 +2\\.0"));
}

TEST(TopFrame, BeginsAtZeroForWhatIsNewAndForAProcessThatHasStartedAnew) {
  const std::chrono::steady_clock::time_point now{100s};
  Look before{status(), Json::array(), now};
  before.status["routes"][1]["duration_ms"]["count"] = 9'000;
  const Look after{status(), upstreams(), now + 1s};

  const std::string frame = top_frame(before, after);

  EXPECT_THAT(frame, HasSubstr("all     100.0"));
  EXPECT_THAT(frame, ::testing::ContainsRegex("10\\.0\\.0\\.1:80 +up +60\\.0"));
}

}  // namespace
}  // namespace headgate::app
