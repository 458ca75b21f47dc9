#include "app/healthcheck.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "app/demo_backend.hpp"
#include "support/fake_upstream.hpp"
#include "support/temporary_folder.hpp"
#include "support/waiting.hpp"

namespace headgate::app {
namespace {

using namespace headgate::testing;

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

Outcome check(const HealthcheckOptions& options) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = healthcheck(options, out, err);
  return {code, out.str(), err.str()};
}

Outcome check_address(const std::string& address, std::chrono::milliseconds timeout = patience) {
  return check({.config_path = {}, .address = address, .fallback = {}, .timeout = timeout});
}

TEST(Healthcheck, AsksTheProxyItselfAndSaysOk) {
  FakeUpstream proxy{reply(200)};

  const Outcome outcome = check_address(proxy.address());

  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.out, "ok\n");
  const Request request = proxy.last_request();
  EXPECT_EQ(request.start_line, "OPTIONS * HTTP/1.1");
  EXPECT_EQ(request.field("host"), proxy.address());
  EXPECT_EQ(request.field("max-forwards"), "0");
}

TEST(Healthcheck, FailsOnAnErrorStatusAndShowsIt) {
  FakeUpstream proxy{reply(503)};

  const Outcome outcome = check_address(proxy.address());

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("answered: HTTP/1.1 503"), std::string::npos) << outcome.err;
}

TEST(Healthcheck, FailsWhenNobodyListens) {
  std::string address;
  {
    FakeUpstream proxy{reply(200)};
    address = proxy.address();
  }

  const Outcome outcome = check_address(address);

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.err.find("Connection refused"), std::string::npos) << outcome.err;
}

TEST(Healthcheck, FailsWhenTheProxyAcceptsButStaysSilent) {
  Signal done;
  FakeUpstream proxy{[&](UpstreamConnection& connection) {
    connection.receive();
    done.wait();
  }};

  const Outcome outcome = check_address(proxy.address(), 50ms);
  done.set();

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.err.find("no answer within 50 ms"), std::string::npos) << outcome.err;
}

TEST(Healthcheck, FailsOnAnAnswerThatIsNotHttp) {
  for (const char* bytes : {"", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1\r\n", "HTTP/1.12200\r\n\r\n"}) {
    FakeUpstream proxy{raw_reply(bytes)};

    EXPECT_EQ(check_address(proxy.address()).exit_code, 1) << bytes;
  }
}

TEST(Healthcheck, FailsOnAnEndlessStatusLine) {
  FakeUpstream proxy{raw_reply("HTTP/1.1 200 " + std::string(100'000, 'x'))};

  EXPECT_EQ(check_address(proxy.address()).exit_code, 1);
}

TEST(Healthcheck, SpeaksThroughAUnixSocket) {
  const TemporaryFolder folder;
  const DemoBackend proxy{"proxy", Endpoint{"", 0, folder / "proxy.sock"}};

  EXPECT_EQ(check_address("unix:" + (folder / "proxy.sock")).exit_code, 0);
}

TEST(Healthcheck, AsksTheFirstListenerOfTheConfiguration) {
  const TemporaryFolder folder;
  const DemoBackend proxy{"proxy", Endpoint{"127.0.0.1", 0, {}}};
  write_file(folder / "config.json", R"({ "listen": "0.0.0.0:)" + std::to_string(proxy.address().port) +
                                         R"(", "backends": ["http://127.0.0.1:1"] })");

  const Outcome outcome =
      check({.config_path = folder / "config.json", .address = {}, .fallback = {}, .timeout = patience});

  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
}

TEST(Healthcheck, FailsOnAConfigurationWithMistakes) {
  const TemporaryFolder folder;
  write_file(folder / "config.json", R"({ "listen": 1 })");

  const Outcome outcome =
      check({.config_path = folder / "config.json", .address = {}, .fallback = {}, .timeout = patience});

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.err.find("config.json:1:1: "), std::string::npos) << outcome.err;
}

TEST(Healthcheck, TellsAMistakeOnTheCommandLineFromAProxyThatIsNotHealthy) {
  const TemporaryFolder folder;

  const Outcome nonsense = check_address("nonsense");
  const Outcome missing =
      check({.config_path = folder / "none.json", .address = {}, .fallback = {}, .timeout = patience});

  EXPECT_EQ(nonsense.exit_code, 2);
  EXPECT_NE(nonsense.err.find("nonsense: "), std::string::npos) << nonsense.err;
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_NE(missing.err.find("none.json"), std::string::npos) << missing.err;
}

TEST(Healthcheck, AsksTheFallbackWhileTheFileHasMistakes) {
  const TemporaryFolder folder;
  const DemoBackend proxy{"proxy", Endpoint{"127.0.0.1", 0, {}}};
  write_file(folder / "config.json", "{ broken");

  const Outcome outcome = check({.config_path = folder / "config.json",
                                 .address = {},
                                 .fallback = to_string(proxy.address()),
                                 .timeout = patience});

  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
}

TEST(Healthcheck, CannotGuessAFreePort) {
  const TemporaryFolder folder;
  write_file(folder / "config.json", R"({ "listen": "127.0.0.1:0", "backends": ["http://127.0.0.1:1"] })");

  const Outcome outcome =
      check({.config_path = folder / "config.json", .address = {}, .fallback = {}, .timeout = patience});

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.err.find("--address"), std::string::npos) << outcome.err;
}

TEST(Healthcheck, ReachesAWildcardListenerByLoopback) {
  EXPECT_EQ(to_string(reachable({"0.0.0.0", 80, {}})), "127.0.0.1:80");
  EXPECT_EQ(to_string(reachable({"::", 80, {}})), "[::1]:80");
  EXPECT_EQ(to_string(reachable({"10.0.0.1", 80, {}})), "10.0.0.1:80");
}

}  // namespace
}  // namespace headgate::app
