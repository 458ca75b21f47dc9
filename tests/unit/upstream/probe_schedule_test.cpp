#include "upstream/probe_schedule.hpp"

#include <gtest/gtest.h>

namespace headgate::upstream {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t start = 1'000 * second;
constexpr double middle = 0.5;  // no jitter

config::ActiveHealth rules() {
  config::ActiveHealth rules;
  rules.interval = 5s;
  rules.max_interval = 30s;
  rules.unhealthy_after = 3;
  return rules;
}

std::shared_ptr<EndpointState> endpoint(const std::string& upstream, const std::string& host = "10.0.0.1") {
  return std::make_shared<EndpointState>(upstream, Endpoint{host, 9000, ""});
}

ProbeReport report(bool success) {
  ProbeReport report;
  report.success = success;
  return report;
}

TEST(PauseAfterProbe, IsTheIntervalUntilTheBackendIsUnhealthyAndDoublesFromThen) {
  std::vector<std::int64_t> seconds;

  for (std::uint32_t failures = 0; failures < 8; ++failures)
    seconds.push_back(pause_after_probe(rules(), failures, middle) / 1s);

  EXPECT_EQ(seconds, (std::vector<std::int64_t>{5, 5, 5, 5, 10, 20, 30, 30}));
}

TEST(PauseAfterProbe, IsSpreadByTheJitter) {
  config::ActiveHealth tenth = rules();
  tenth.jitter_percent = 10;

  EXPECT_EQ(pause_after_probe(tenth, 0, 0.0), 4500ms);
  EXPECT_EQ(pause_after_probe(tenth, 0, middle), 5000ms);
  EXPECT_EQ(pause_after_probe(tenth, 0, 1.0), 5500ms);
}

TEST(PauseAfterProbe, IsExactWithoutJitter) {
  config::ActiveHealth exact = rules();
  exact.jitter_percent = 0;

  EXPECT_EQ(pause_after_probe(exact, 0, 0.9), 5s);
}

TEST(ProbeSchedule, SendsANewProbeAtOnceAndThenAfterItsInterval) {
  ProbeSchedule schedule;
  schedule.update({{endpoint("web"), rules()}}, start);
  EXPECT_EQ(schedule.next_due(), start);

  const auto due = schedule.begin(10, start);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(to_string(due[0].endpoint), "10.0.0.1:9000");
  EXPECT_EQ(due[0].rules.host, "10.0.0.1:9000");
  EXPECT_TRUE(schedule.begin(10, start).empty());  // it is running
  EXPECT_FALSE(schedule.next_due());

  const auto results = schedule.end(due[0].key, report(true), middle, start + second);
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].next, start + 6 * second);
  EXPECT_EQ(schedule.next_due(), start + 6 * second);
}

TEST(ProbeSchedule, SendsTheSameProbeOfSeveralUpstreamsOnceForAll) {
  const auto web = endpoint("web");
  const auto api = endpoint("api");
  ProbeSchedule schedule;
  schedule.update({{web, rules()}, {api, rules()}}, start);

  const auto due = schedule.begin(10, start);
  ASSERT_EQ(due.size(), 1U);
  const auto results = schedule.end(due[0].key, report(false), middle, start);

  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].endpoint, web);
  EXPECT_EQ(results[1].endpoint, api);
}

TEST(ProbeSchedule, ThresholdsDoNotMakeTwoProbesDifferent) {
  config::ActiveHealth patient = rules();
  patient.unhealthy_after = 5;
  patient.healthy_after = 9;
  patient.initial = config::InitialHealth::hold;
  ProbeSchedule schedule;

  schedule.update({{endpoint("web"), rules()}, {endpoint("api"), patient}}, start);

  EXPECT_EQ(schedule.size(), 1U);
}

TEST(ProbeSchedule, WhatIsAskedAndExpectedDoes) {
  std::vector<WantedProbe> wanted;
  const auto add = [&](auto change) {
    config::ActiveHealth other = rules();
    change(other);
    wanted.push_back({endpoint("web"), other});
  };
  add([](auto&) {});
  add([](auto& r) { r.type = config::ProbeType::tcp; });
  add([](auto& r) { r.method = "HEAD"; });
  add([](auto& r) { r.path = "/x"; });
  add([](auto& r) { r.host = "example.org"; });
  add([](auto& r) { r.port = 1; });
  add([](auto& r) { r.interval = 6s; });
  add([](auto& r) { r.max_interval = 31s; });
  add([](auto& r) { r.timeout = 1s; });
  add([](auto& r) { r.jitter_percent = 0; });
  add([](auto& r) { r.expect_status = {{200, 200}}; });
  add([](auto& r) { r.expect_body = "ok"; });
  add([](auto& r) { r.service = "shop.Orders"; });
  ProbeSchedule schedule;

  schedule.update(wanted, start);

  EXPECT_EQ(schedule.size(), wanted.size());
}

TEST(ProbeSchedule, GoesToAnotherPortWhenTheConfigurationSaysSo) {
  config::ActiveHealth other = rules();
  other.port = 8081;
  ProbeSchedule schedule;
  schedule.update({{endpoint("web"), other}}, start);

  const auto due = schedule.begin(10, start);

  EXPECT_EQ(to_string(due.at(0).endpoint), "10.0.0.1:8081");
  EXPECT_EQ(due.at(0).backend, "10.0.0.1:9000");
}

TEST(ProbeSchedule, AReloadKeepsTheTimesOfProbesThatStay) {
  const auto web = endpoint("web");
  ProbeSchedule schedule;
  schedule.update({{web, rules()}}, start);
  schedule.end(schedule.begin(10, start)[0].key, report(true), middle, start);

  const auto known = schedule.update({{web, rules()}, {endpoint("web", "10.0.0.2"), rules()}}, start + second);

  EXPECT_TRUE(known.empty());
  EXPECT_EQ(schedule.begin(10, start + second).size(), 1U);  // only the new one
  EXPECT_EQ(schedule.next_due(), start + 5 * second);
}

TEST(ProbeSchedule, WhoWantsAProbeLaterGetsItsLastResultAtOnce) {
  const auto web = endpoint("web");
  const auto api = endpoint("api");
  ProbeSchedule schedule;
  schedule.update({{web, rules()}}, start);
  schedule.end(schedule.begin(10, start)[0].key, report(false), middle, start);

  const auto known = schedule.update({{web, rules()}, {api, rules()}}, start + second);

  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known[0].endpoint, api);
  EXPECT_FALSE(known[0].report.success);
  EXPECT_EQ(known[0].next, start + 5 * second);
}

TEST(ProbeSchedule, AResultOfAProbeThatIsNotWantedAnyMoreGoesNowhere) {
  ProbeSchedule schedule;
  schedule.update({{endpoint("web"), rules()}}, start);
  const auto due = schedule.begin(10, start);
  schedule.update({}, start);

  EXPECT_TRUE(schedule.end(due[0].key, report(true), middle, start).empty());
  EXPECT_FALSE(schedule.next_due());
}

TEST(ProbeSchedule, AResultFromBeforeAProbeWasTakenAwayDoesNotMakeTwoOfIt) {
  const std::vector<WantedProbe> wanted{{endpoint("web"), rules()}};
  ProbeSchedule schedule;
  schedule.update(wanted, start);
  const auto due = schedule.begin(10, start);
  schedule.update({}, start);
  schedule.update(wanted, start);

  EXPECT_TRUE(schedule.end(due[0].key, report(true), middle, start).empty());

  EXPECT_EQ(schedule.begin(10, start).size(), 1U);
}

TEST(ProbeSchedule, AnEndWithoutAReportIsTriedAgainAndToldNobody) {
  ProbeSchedule schedule;
  schedule.update({{endpoint("web"), rules()}}, start);
  const auto due = schedule.begin(10, start);

  EXPECT_TRUE(schedule.end(due[0].key, std::nullopt, middle, start).empty());

  EXPECT_EQ(schedule.next_due(), start + 5 * second);
}

TEST(ProbeSchedule, ABackendListedTwiceHearsOfItsProbeOnce) {
  const auto web = endpoint("web");
  ProbeSchedule schedule;
  schedule.update({{web, rules()}, {web, rules()}}, start);

  EXPECT_EQ(schedule.end(schedule.begin(10, start)[0].key, report(true), middle, start).size(), 1U);
}

TEST(ProbeSchedule, TheLongestDueComeFirstWhenNotAllMayRun) {
  ProbeSchedule schedule;
  schedule.update({{endpoint("web", "10.0.0.2"), rules()}}, start - second);
  schedule.update({{endpoint("web", "10.0.0.1"), rules()}, {endpoint("web", "10.0.0.2"), rules()}}, start);

  const auto due = schedule.begin(1, start);

  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(to_string(due[0].endpoint), "10.0.0.2:9000");
}

TEST(ProbeSchedule, AFailingBackendIsAskedLessAndLess) {
  ProbeSchedule schedule;
  schedule.update({{endpoint("web"), rules()}}, start);
  std::uint64_t now = start;
  std::vector<std::uint64_t> pauses;

  for (int i = 0; i < 6; ++i) {
    const auto due = schedule.begin(1, now);
    pauses.push_back((schedule.end(due.at(0).key, report(false), middle, now)[0].next - now) / second);
    now += pauses.back() * second;
  }
  const auto due = schedule.begin(1, now);
  pauses.push_back((schedule.end(due.at(0).key, report(true), middle, now)[0].next - now) / second);

  EXPECT_EQ(pauses, (std::vector<std::uint64_t>{5, 5, 5, 10, 20, 30, 5}));
}

TEST(ProbeSchedule, SendsAnotherProbeWhereTheProxyProtocolIsSpoken) {
  const WantedProbe plain{endpoint("web"), rules()};
  const WantedProbe proxied{endpoint("web"), rules(), {}, base::ProxyVersion::v2};

  EXPECT_NE(ProbeSchedule::key_of(plain), ProbeSchedule::key_of(proxied));
}

}  // namespace
}  // namespace headgate::upstream
