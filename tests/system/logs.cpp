#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <ctime>
#include <regex>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

namespace fs = std::filesystem;

std::string file_name_now(const std::string& prefix) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[40];
  std::strftime(text, sizeof(text), "%Y_%m_%d_%H.log", &utc);
  return prefix + text;
}

TEST(ErrorLog, LivesInAFileNamedByTheHour) {
  ProxyUnderTest proxy{route_all_to({"http://127.0.0.1:1"})};

  const std::string before = file_name_now("log_");
  RawClient{proxy.address()}.get("/");
  proxy.wait_for_log("UPSTREAM_CONNECT_FAILED");
  const std::string after = file_name_now("log_");

  const std::string name = proxy.log_files().back().filename();
  EXPECT_TRUE(name == before || name == after) << name;
}

TEST(ErrorLog, TellsTheWholeStoryOfAFailure) {
  ProxyUnderTest proxy{route_all_to({"http://127.0.0.1:1"})};

  const Response response = RawClient{proxy.address()}.post("/path?secret=1", "x");
  const LogRecord record = proxy.wait_for_log("UPSTREAM_CONNECT_FAILED");

  EXPECT_EQ(record["origin"], "upstream");
  EXPECT_EQ(record["phase"], "connect");
  EXPECT_EQ(record["request_id"], response.field("x-request-id"));
  EXPECT_EQ(record["client"], "127.0.0.1");
  EXPECT_EQ(record["method"], "POST");
  EXPECT_EQ(record["host"], "test.example");
  EXPECT_EQ(record["path"], "/path");
  EXPECT_EQ(record["route"], "all");
  EXPECT_EQ(record["upstream"], "origin");
  EXPECT_EQ(record["backend"], "127.0.0.1:1");
  EXPECT_EQ(record["status"], "502");
  EXPECT_FALSE(record["attempt"].empty());
  EXPECT_FALSE(record["total_ms"].empty());
  EXPECT_FALSE(record["message"].empty());
  EXPECT_EQ(record["os_error"], "Connection refused");
  EXPECT_TRUE(std::regex_match(record["time"], std::regex{R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"}))
      << record["time"];
}

TEST(ErrorLog, HoldsOneJsonObjectALineWhateverClientsSend) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  RawClient{proxy.address()}.ask("GET /\"\\\x01 HTTP/1.1\r\nHost: h\r\n\r\n");
  RawClient{proxy.address()}.ask("GET / HTTP/1.1\r\nHost: a\"b\\c\r\n\r\n");
  RawClient{proxy.address()}.ask("\xff\xfe\x80 / HTTP/1.1\r\nHost: h\r\n\r\n");
  RawClient{proxy.address()}.ask("CONNECT caf\xc3\xa9:1 HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_until([&] { return proxy.log().size() >= 5; }));

  for (const LogRecord& record : proxy.log()) EXPECT_TRUE(record.is_json_object()) << record.line;
}

TEST(ErrorLog, SaysNothingAboutWhatWentWell) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/logging/level", "warn")};

  RawClient{proxy.address()}.get("/good");
  RawClient{proxy.address()}.ask("BAD\r\n\r\n");
  proxy.wait_for_log("CLIENT_BAD_REQUEST_LINE");

  for (const LogRecord& record : proxy.log()) EXPECT_NE(record["path"], "/good") << record.line;
  EXPECT_TRUE(proxy.log_files("access_").empty());
}

TEST(ErrorLog, IsReadableByOwnerAndGroupOnly) {
  ProxyUnderTest proxy{route_all_to({"http://127.0.0.1:1"})};

  RawClient{proxy.address()}.get("/");
  proxy.wait_for_log("UPSTREAM_CONNECT_FAILED");

  struct stat status {};
  ASSERT_EQ(::stat(proxy.log_files().back().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST(ErrorLog, GoesWhereTheConfigurationSays) {
  const TemporaryFolder elsewhere;
  ProxyUnderTest proxy{route_all_to({"http://127.0.0.1:1"}).with("/logging/directory", elsewhere / "deep/er")};

  RawClient{proxy.address()}.get("/");

  EXPECT_TRUE(wait_until([&] { return fs::exists(elsewhere / "deep/er/" + file_name_now("log_")); }));
}

TEST(ErrorLog, IsReopenedOnUsr1AfterARename) {
  ProxyUnderTest proxy{route_all_to({"http://127.0.0.1:1"})};
  RawClient client{proxy.address()};
  client.get("/before");
  proxy.wait_for_log("UPSTREAM_CONNECT_FAILED");
  const fs::path current = proxy.log_files().back();
  const fs::path moved = proxy.folder() / "moved.log";

  fs::rename(current, moved);
  proxy.signal(SIGUSR1);

  EXPECT_TRUE(wait_until([&] { return client.get("/after").status == 502 && fs::exists(current); }));
  EXPECT_NE(read_file(moved).find("/before"), std::string::npos);
}

TEST(ErrorLog, SurvivesAnUnusableDirectory) {
  const TemporaryFolder folder;
  write_file(folder / "file", "a file, not a directory");
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/logging/directory", folder / "file/logs")};

  EXPECT_EQ(RawClient{proxy.address()}.ask("BAD\r\n\r\n").status, 400);
  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 200);
}

TEST(ErrorLog, HoldsWhatFailedInTheMiddleOfAResponse) {
  FakeUpstream upstream{raw_reply("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")};
  ProxyUnderTest proxy{route_all_to(upstream)};

  EXPECT_THROW(RawClient{proxy.address()}.get("/cut"), Disconnected);

  const LogRecord record = proxy.wait_for_log("UPSTREAM_RESET");
  EXPECT_EQ(record["path"], "/cut");
  EXPECT_EQ(record["backend"], upstream.address());
  EXPECT_EQ(record["status"], "200");
}

TEST(ErrorLog, CountsTheBodyBytesOfAFailure) {
  FakeUpstream upstream{raw_reply("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")};
  ProxyUnderTest proxy{route_all_to(upstream)};

  EXPECT_THROW(RawClient{proxy.address()}.post("/cut", "abc"), Disconnected);

  const LogRecord record = proxy.wait_for_log("UPSTREAM_RESET");
  EXPECT_EQ(record["bytes_sent"], "4");
  EXPECT_EQ(record["bytes_received"], "3");
}

TEST(ErrorLog, WarnsOfAnAttemptThatAnotherBackendMadeGood) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to({"http://127.0.0.1:1", upstream.url()})};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/").status, 200);
  EXPECT_EQ(client.get("/").status, 200);

  const LogRecord record = proxy.wait_for_log("UPSTREAM_CONNECT_FAILED");
  EXPECT_EQ(record["level"], "warn");
  EXPECT_EQ(record["outcome"], "retried");
  EXPECT_EQ(record["backend"], "127.0.0.1:1");
  EXPECT_EQ(record["status"], "");
}

TEST(AccessLog, NamesTheCauseOfATruncatedResponse) {
  FakeUpstream upstream{raw_reply("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")};
  ProxyUnderTest proxy{route_all_to(upstream).with("/logging/access", true)};

  EXPECT_THROW(RawClient{proxy.address()}.get("/cut"), Disconnected);

  const LogRecord record = proxy.wait_for_access_log();
  EXPECT_EQ(record["status"], "200");
  EXPECT_EQ(record["cause"], "UPSTREAM_RESET");
}

TEST(AccessLog, NamesTheCauseOfAStalledUpload) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{
      route_all_to(upstream).with("/logging/access", true).with("/timeouts/client_body_idle", "100ms")};
  RawClient client{proxy.address()};

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");

  const LogRecord record = proxy.wait_for_access_log();
  EXPECT_EQ(record["status"], "408");
  EXPECT_EQ(record["cause"], "CLIENT_BODY_TIMEOUT");
}

TEST(ErrorLog, HoldsStartAndStopWhateverTheLevel) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/logging/level", "error")};

  EXPECT_EQ(proxy.stop(), 0);

  const auto records = proxy.log();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0]["cause"], "PROXY_STARTED");
  EXPECT_EQ(records[0]["phase"], "start");
  EXPECT_EQ(records[0]["origin"], "proxy");
  EXPECT_EQ(records[1]["cause"], "PROXY_DRAINING");
  EXPECT_EQ(records[1]["phase"], "drain");
  EXPECT_EQ(records[2]["cause"], "PROXY_STOPPED");
  EXPECT_EQ(records[2]["phase"], "stop");
}

TEST(AccessLog, IsOffUnlessSwitchedOn) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  RawClient{proxy.address()}.get("/");
  EXPECT_EQ(proxy.stop(), 0);

  EXPECT_TRUE(proxy.log_files("access_").empty());
}

TEST(AccessLog, HasALineForEachRequest) {
  FakeUpstream upstream{reply(201, "hello")};
  ProxyUnderTest proxy{route_all_to(upstream).with("/logging/access", true)};

  RawClient{proxy.address()}.post("/path?q=1", "four", "User-Agent: test/1\r\n");
  const LogRecord record = proxy.wait_for_access_log();

  EXPECT_EQ(record["client"], "127.0.0.1");
  EXPECT_EQ(record["method"], "POST");
  EXPECT_EQ(record["host"], "test.example");
  EXPECT_EQ(record["path"], "/path");
  EXPECT_EQ(record["protocol"], "HTTP/1.1");
  EXPECT_EQ(record["status"], "201");
  EXPECT_EQ(record["bytes_sent"], "5");
  EXPECT_EQ(record["bytes_received"], "4");
  EXPECT_EQ(record["route"], "all");
  EXPECT_EQ(record["upstream"], "origin");
  EXPECT_EQ(record["backend"], upstream.address());
  EXPECT_EQ(record["user_agent"], "test/1");
  EXPECT_EQ(record["request_id"], upstream.last_request().field("x-request-id"));
  EXPECT_FALSE(record["duration_ms"].empty());
}

TEST(AccessLog, IsCompleteWhenTheProxyHasStopped) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/logging/access", true)};
  RawClient client{proxy.address()};

  for (int i = 0; i < 500; ++i) client.get("/" + std::to_string(i));
  client.close();
  EXPECT_EQ(proxy.stop(), 0);

  const auto records = proxy.log("access_");
  ASSERT_EQ(records.size(), 500U);
  EXPECT_EQ(records.back()["path"], "/499");
}

TEST(AccessLog, CanBeSwitchedByAReload) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};
  client.get("/unlogged");

  EXPECT_EQ(proxy.reload(route_all_to(upstream).with("/logging/access", true)), "applied");
  client.get("/logged");

  EXPECT_EQ(proxy.wait_for_access_log()["path"], "/logged");
}

}  // namespace
}  // namespace headgate::testing
