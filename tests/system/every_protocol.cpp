// What holds for requests holds for them in every protocol: HTTP/1.1 and HTTP/2, in plain text and over TLS, by curl.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <vector>

#include "support/fake_upstream.hpp"
#include "support/http2_proxy.hpp"
#include "support/raw_client.hpp"
#include "system/tls_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;

struct Spoken {
  const char* name;
  bool tls;
  const char* option;  ///< curl's
  const char* logged;  ///< as the access log names it
};

class EveryProtocol : public Tls, public ::testing::WithParamInterface<Spoken> {
 protected:
  [[nodiscard]] Config spoken(const Config& config) const {
    const Config both = both_protocols(config).with("/logging/access", true).with("/timeouts/drain", "20s");
    return GetParam().tls ? secured(both) : both;
  }
  [[nodiscard]] std::vector<std::string> command(const std::string& address, const std::string& path,
                                                 const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"curl", "-sSk", "--max-time", "30", GetParam().option, "-w", " %{http_code}"};
    words.insert(words.end(), more.begin(), more.end());
    words.push_back((GetParam().tls ? "https://" : "http://") + address + path);
    return words;
  }
  /// The body, a space and the status.
  [[nodiscard]] std::string ask(const ProxyUnderTest& proxy, const std::string& path,
                                const std::vector<std::string>& more = {}) const {
    return run(command(proxy.address(), path, more)).out;
  }
};

TEST_P(EveryProtocol, RetriesOnAnotherBackend) {
  FakeUpstream bad{raw_reply("", After::reset)};
  FakeUpstream good{[](const Request& request) { return reply(200, "good" + request.body); }};
  ProxyUnderTest proxy{spoken(route_all_to({bad.url(), good.url()}))};

  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(proxy, "/"), "good 200");

  EXPECT_GT(bad.request_count(), 0U);
  const auto lines = proxy.log("access_");
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const LogRecord& line) { return line["attempts"] == "2"; }));
}

TEST_P(EveryProtocol, RefusesWhatIsTooLargeWithAPageAndSaysWhy) {
  FakeUpstream upstream{reply(200, "taken")};
  ProxyUnderTest proxy{
      spoken(route_all_to(upstream)).with("/limits/body_bytes", 10).with("/limits/head_bytes", "2KiB")};

  const std::string answer = ask(proxy, "/", {"-i", "-d", "more than ten bytes", "-H", "Accept: application/json"});

  EXPECT_THAT(answer, HasSubstr(R"("status":413)"));
  const LogRecord line = proxy.wait_for_access_log();
  EXPECT_EQ(line["status"], "413");
  EXPECT_EQ(line["cause"], "CLIENT_BODY_TOO_LARGE");
  EXPECT_EQ(line["protocol"], GetParam().logged);
  EXPECT_THAT(answer, HasSubstr(line["request_id"]));
  EXPECT_THAT(ask(proxy, "/", {"-H", "X-Long: " + std::string(4'000, 'x')}), HasSubstr("431"));
  EXPECT_EQ(ask(proxy, "/", {"-d", "small"}), "taken 200");
}

TEST_P(EveryProtocol, AnswersForABackendThatIsNotThere) {
  ProxyUnderTest proxy{
      spoken(route_all_to({"http://127.0.0.1:1"})).with("/error_pages/5xx/text~1plain", "sorry $${status}")};

  EXPECT_EQ(ask(proxy, "/"), "sorry 502 502");

  const LogRecord line = proxy.wait_for_access_log();
  EXPECT_EQ(line["cause"], "UPSTREAM_CONNECT_FAILED");
  EXPECT_EQ(line["protocol"], GetParam().logged);
}

TEST_P(EveryProtocol, HasNoConnectionBeyondTheLimit) {
  ProxyUnderTest proxy{spoken(saying("x")).with("/limits/connections", 1)};
  {
    RawClient first{proxy.address()};
    first.send(GetParam().tls ? "\x16\x03\x01" : "GET ");
    EXPECT_NE(ask(proxy, "/"), "x 200");
    proxy.wait_for_log("CONNECTION_LIMIT");
  }

  EXPECT_TRUE(wait_until([&] { return ask(proxy, "/") == "x 200"; }));
}

/// A backend that answers "/slow" when the test says so.
class EveryProtocolBusy : public EveryProtocol {
 protected:
  void run_slow_request(const ProxyUnderTest& proxy) {
    running_ = std::make_unique<ChildProcess>(command(proxy.address(), "/slow"));
    begun_.wait();
  }
  /// Its answer, as ask() has it.
  std::string finish() {
    go_on_.set();
    EXPECT_EQ(running_->wait_for_exit(), 0) << running_->err();
    return running_->out();
  }

  Signal begun_;
  Signal go_on_;
  FakeUpstream upstream_{[this](const Request& request) {
    begun_.set();
    if (request.target == "/slow") go_on_.wait();
    return reply(200, "from the backend");
  }};
  std::unique_ptr<ChildProcess> running_;
};

TEST_P(EveryProtocolBusy, AReloadLetsRequestsFinish) {
  ProxyUnderTest proxy{spoken(route_all_to(upstream_))};
  run_slow_request(proxy);

  ASSERT_EQ(proxy.reload(spoken(saying("anew"))), "applied");

  EXPECT_EQ(ask(proxy, "/"), "anew 200");
  EXPECT_EQ(finish(), "from the backend 200");
}

TEST_P(EveryProtocolBusy, ADrainLetsRequestsFinish) {
  ProxyUnderTest proxy{spoken(route_all_to(upstream_))};
  const std::string address = proxy.address();
  run_slow_request(proxy);

  proxy.signal(SIGTERM);
  ASSERT_TRUE(wait_until([&] { return !accepts_connections(address); }));

  EXPECT_EQ(finish(), "from the backend 200");
  EXPECT_EQ(proxy.wait_for_exit(), 0);
  EXPECT_EQ(proxy.wait_for_access_log()["protocol"], GetParam().logged);
}

constexpr Spoken protocols[] = {{"Http1", false, "--http1.1", "HTTP/1.1"},
                                {"Http1ByTls", true, "--http1.1", "HTTP/1.1"},
                                {"Http2", false, "--http2-prior-knowledge", "HTTP/2.0"},
                                {"Http2ByTls", true, "--http2", "HTTP/2.0"}};
const auto name_of = [](const auto& given) { return std::string{given.param.name}; };
INSTANTIATE_TEST_SUITE_P(All, EveryProtocol, ::testing::ValuesIn(protocols), name_of);
INSTANTIATE_TEST_SUITE_P(All, EveryProtocolBusy, ::testing::ValuesIn(protocols), name_of);

}  // namespace
}  // namespace headgate::testing
