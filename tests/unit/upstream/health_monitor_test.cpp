#include "upstream/health_monitor.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "config/load.hpp"
#include "support/fake_upstream.hpp"
#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::upstream {
namespace {

using testing::FakeUpstream;
using testing::reply;
using namespace std::chrono_literals;

/// A monitor on a context that the test runs by hand.
class HealthMonitorTest : public ::testing::Test {
 protected:
  HealthMonitorTest() {
    monitor_.on_change([this](const EndpointState& endpoint, const TimelineEntry& entry) {
      told_.push_back(endpoint.upstream + " " + std::string{to_string(entry.cause)});
    });
  }

  /// `upstreams`: the value of "upstreams" in the configuration.
  void apply(const std::string& upstreams) {
    const std::string text =
        R"({"listeners": [{"address": "127.0.0.1:0"}], "routes": [{"respond": {"status": 204}}], "upstreams": )" +
        upstreams + "}";
    auto loaded = config::load_text(text);
    ASSERT_TRUE(loaded.settings) << to_string("test", loaded.diagnostics.front());
    HealthMonitor::Endpoints endpoints;
    std::map<std::string, Resolution> resolutions;
    for (const auto& [name, upstream] : loaded.settings->upstreams)
      for (const auto& backend : upstream.backends) {
        const std::string key = endpoint_key(name, backend.address);
        auto& endpoint = known_[key];
        if (!endpoint) endpoint = std::make_shared<EndpointState>(name, backend.address);
        endpoints[key] = endpoint;
        resolutions[to_string(backend.address)] = {net::resolve(backend.address).value(), ""};
      }
    monitor_.apply(*loaded.settings, endpoints);
    monitor_.set_addresses(resolutions);
  }
  template <class Condition>
  [[nodiscard]] bool run_until(Condition condition) {
    const auto end = testing::Clock::now() + testing::patience;
    while (!condition() && testing::Clock::now() < end) {
      context_.restart();
      context_.run_for(2ms);
    }
    return condition();
  }
  std::vector<observe::json> log_lines() {
    log_.cycle();
    return observe::lines_of(folder_ / "logs/log_2026_11_24_07.log");
  }
  EndpointState& endpoint(const std::string& upstream, const std::string& address) {
    return *monitor_.endpoints().at(upstream + " " + address);
  }
  static std::string probed(const std::string& url, const std::string& active) {
    return R"({"backends": [")" + url + R"("], "health": {"active": )" + active + "}}";
  }

  testing::TemporaryFolder folder_;
  observe::Log log_{{.directory = folder_ / "logs"}, 1, [] { return observe::at(observe::seven); }};
  boost::asio::io_context context_{1};
  HealthMonitor monitor_{context_, log_};
  std::vector<std::string> told_;
  HealthMonitor::Endpoints known_;  ///< all that there ever were
};

TEST_F(HealthMonitorTest, AFailingProbeTakesABackendOutAndAGoodOneBringsItBack) {
  std::atomic<int> status{500};
  FakeUpstream upstream{FakeUpstream::Handler{[&](const testing::Request&) { return reply(status); }}};
  apply(R"({"web": )" + probed(upstream.url(), R"({"interval": "100ms", "max_interval": "200ms"})") + "}");
  EndpointState& web = endpoint("web", upstream.address());

  EXPECT_TRUE(run_until([&] { return web.out == bit(Out::unhealthy); }));
  status = 200;
  EXPECT_TRUE(run_until([&] { return web.out == 0; }));

  EXPECT_TRUE(run_until([&] { return told_.size() == 2; }));
  EXPECT_EQ(told_, (std::vector<std::string>{"web BACKEND_UNHEALTHY", "web BACKEND_HEALTHY"}));
}

TEST_F(HealthMonitorTest, OneProbeServesSeveralUpstreams) {
  FakeUpstream upstream{reply(200)};
  const std::string upstreams =
      probed(upstream.url(), R"({"interval": "1h", "max_interval": "1h", "initial": "hold"})");

  apply(R"({"web": )" + upstreams + R"(, "api": )" + upstreams + "}");

  EXPECT_TRUE(run_until(
      [&] { return endpoint("web", upstream.address()).out == 0 && endpoint("api", upstream.address()).out == 0; }));
  EXPECT_EQ(upstream.request_count(), 1U);
}

TEST_F(HealthMonitorTest, AReloadSendsNoProbeThatWasThereBefore) {
  FakeUpstream upstream{reply(200)};
  const std::string web = probed(upstream.url(), R"({"interval": "1h", "max_interval": "1h", "initial": "hold"})");
  apply(R"({"web": )" + web + "}");
  ASSERT_TRUE(run_until([&] { return endpoint("web", upstream.address()).out == 0; }));

  apply(R"({"web": )" + web + R"(, "api": )" + web + "}");

  EXPECT_EQ(endpoint("api", upstream.address()).out, 0U);  // told what is known already
  EXPECT_EQ(upstream.request_count(), 1U);
}

TEST_F(HealthMonitorTest, EndsAnEjectionInTime) {
  apply(R"({"web": {"backends": ["http://127.0.0.1:1"]}})");
  EndpointState& web = endpoint("web", "127.0.0.1:1");

  web.health.eject(50ms, "anna", Moment::now());

  EXPECT_TRUE(run_until([&] { return web.out == 0; }));
  EXPECT_TRUE(run_until([&] { return told_.size() == 2; }));
  EXPECT_EQ(told_, (std::vector<std::string>{"web BACKEND_EJECTED", "web BACKEND_RESTORED"}));
}

TEST_F(HealthMonitorTest, BoundsTheEjectionsOfAnUpstream) {
  apply(R"({"web": {"backends": ["http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3"]}})");

  for (const char* address : {"127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"}) {
    EndpointState& web = endpoint("web", address);
    web.failures_in_a_row = 5;
    web.health.failed({Cause::upstream_reset}, Moment::now());
  }

  EXPECT_EQ(endpoint("web", "127.0.0.1:1").out, bit(Out::ejected));
  EXPECT_EQ(endpoint("web", "127.0.0.1:2").out, 0U);
  EXPECT_EQ(endpoint("web", "127.0.0.1:3").out, 0U);
}

TEST_F(HealthMonitorTest, ABackendThatIsGoneLeavesItsPlaceAmongTheEjected) {
  apply(R"({"web": {"backends": ["http://127.0.0.1:1", "http://127.0.0.1:2"]}})");
  const auto gone = monitor_.endpoints().at("web 127.0.0.1:1");
  gone->failures_in_a_row = 5;
  gone->health.failed({Cause::upstream_reset}, Moment::now());

  apply(R"({"web": {"backends": ["http://127.0.0.1:2", "http://127.0.0.1:3"]}})");
  EndpointState& left = endpoint("web", "127.0.0.1:2");
  left.failures_in_a_row = 5;
  left.health.failed({Cause::upstream_reset}, Moment::now());

  EXPECT_EQ(left.out, bit(Out::ejected));
}

TEST_F(HealthMonitorTest, ABackendThatComesBackWhileItIsEjectedIsRestoredInTime) {
  apply(R"({"web": {"backends": ["http://127.0.0.1:1", "http://127.0.0.1:2"]}})");
  const auto kept = monitor_.endpoints().at("web 127.0.0.1:1");  // a request still runs on it
  kept->health.eject(50ms, "anna", Moment::now());
  apply(R"({"web": {"backends": ["http://127.0.0.1:2"]}})");

  apply(R"({"web": {"backends": ["http://127.0.0.1:1", "http://127.0.0.1:2"]}})");

  EXPECT_EQ(kept->out, bit(Out::ejected));
  EXPECT_TRUE(run_until([&] { return kept->out == 0; }));
}

TEST_F(HealthMonitorTest, LogsEveryChangeInOneLine) {
  apply(R"({"web": {"backends": ["http://127.0.0.1:1"], "health": {"passive": {"max_ejected_percent": 100}}}})");
  EndpointState& web = endpoint("web", "127.0.0.1:1");

  web.failures_in_a_row = 5;
  web.health.failed({Error{Cause::upstream_connect_failed, "", ECONNREFUSED}}, Moment::now());
  ASSERT_TRUE(run_until([&] { return told_.size() == 1; }));

  const nlohmann::json line = log_lines().at(0);
  EXPECT_EQ(line["cause"], "BACKEND_EJECTED");
  EXPECT_EQ(line["level"], "warn");
  EXPECT_EQ(line["upstream"], "web");
  EXPECT_EQ(line["backend"], "127.0.0.1:1");
  EXPECT_EQ(line["from"], "up");
  EXPECT_EQ(line["to"], "ejected");
  EXPECT_EQ(line["by"], "requests");
  EXPECT_EQ(line["detail"], "5 failures in a row");
  EXPECT_EQ(line["failure"], "UPSTREAM_CONNECT_FAILED");
  EXPECT_EQ(line["os_error"], "Connection refused");
  EXPECT_TRUE(line.contains("until"));
  EXPECT_FALSE(line.contains("probe"));
}

TEST_F(HealthMonitorTest, ProbesNothingAfterTheDrainHasBegun) {
  FakeUpstream upstream{reply(200)};
  apply(R"({"web": )" + probed(upstream.url(), R"({"interval": "100ms"})") + "}");
  ASSERT_TRUE(run_until([&] { return upstream.request_count() == 1; }));
  ASSERT_TRUE(run_until([&] { return endpoint("web", upstream.address()).health.view().last_probe.has_value(); }));

  monitor_.stop_probing();

  context_.restart();
  context_.run_for(300ms);
  EXPECT_EQ(upstream.request_count(), 1U);
}

TEST_F(HealthMonitorTest, ABackendIsOutInEveryUpstreamWhileItsNameHasNoAddress) {
  apply(R"({"web": {"backends": ["http://localhost:1"]}, "api": {"backends": ["http://localhost:1"]}})");

  monitor_.set_addresses({{"localhost:1", {{}, "there is no such name"}}, {"other:1", {}}});

  EXPECT_EQ(endpoint("web", "localhost:1").out, bit(Out::unresolved));
  EXPECT_EQ(endpoint("api", "localhost:1").out, bit(Out::unresolved));
  monitor_.set_addresses({{"localhost:1", {net::resolve({"127.0.0.1", 1, ""}).value(), ""}}});
  EXPECT_EQ(endpoint("web", "localhost:1").out, 0U);
  EXPECT_TRUE(run_until([&] { return told_.size() == 4; }));
  EXPECT_EQ(told_[0], "api BACKEND_UNRESOLVED");
  EXPECT_EQ(endpoint("web", "localhost:1").health.view().timeline[0].evidence.text, "there is no such name");
}

TEST_F(HealthMonitorTest, ALookUpThatFailsExplainsWhyThereIsNoAddressAndTakesNoneAway) {
  apply(R"({"web": {"backends": ["http://localhost:1", "http://127.0.0.1:2"]}})");
  monitor_.set_addresses({{"localhost:1", {{}, "it has not been looked up yet"}}});

  monitor_.lookup_failed("localhost:1", "the name servers do not answer");
  monitor_.lookup_failed("127.0.0.1:2", "the name servers do not answer");

  EXPECT_EQ(endpoint("web", "localhost:1").health.view().timeline.back().evidence.text,
            "the name servers do not answer");
  EXPECT_EQ(endpoint("web", "127.0.0.1:2").out, 0U);
}

TEST_F(HealthMonitorTest, TellsOfANameThatMovesAndOfNoneThatStays) {
  apply(R"({"web": {"backends": ["http://localhost:1"]}})");
  const Resolution there{net::resolve({"192.0.2.7", 1, ""}).value(), ""};

  monitor_.set_addresses({{"localhost:1", there}});
  monitor_.set_addresses({{"localhost:1", there}});

  const auto lines = log_lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("cause"), "BACKEND_MOVED");
  EXPECT_EQ(lines[0].at("to"), "192.0.2.7:1");
  EXPECT_EQ(told_.size(), 0U);
}

TEST_F(HealthMonitorTest, TellsOfTheBeginAndTheEndOfAPanic) {
  apply(R"({"web": {"backends": ["http://127.0.0.1:1", "http://127.0.0.1:2"], "health": {"panic_percent": 80}}})");
  auto& one = endpoint("web", "127.0.0.1:1").health;

  one.eject(1h, "anna", Moment::now());
  EXPECT_TRUE(run_until([&] { return monitor_.panic("web"); }));
  one.enable("anna", Moment::now());
  EXPECT_TRUE(run_until([&] { return !monitor_.panic("web"); }));

  std::vector<std::string> causes;
  for (const auto& line : log_lines()) causes.push_back(line["cause"]);
  EXPECT_EQ(causes, (std::vector<std::string>{"BACKEND_EJECTED", "PANIC_BEGAN", "BACKEND_ENABLED", "PANIC_ENDED"}));
  EXPECT_EQ(log_lines()[1]["backends_up"], 1);
  EXPECT_EQ(log_lines()[1]["backends"], 2);
}

}  // namespace
}  // namespace headgate::upstream
