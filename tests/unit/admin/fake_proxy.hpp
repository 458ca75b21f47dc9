// A proxy with one route and one upstream of two backends, which remembers what was done to it.
#pragma once

#include <string>
#include <vector>

#include "admin/proxy.hpp"
#include "support/log_lines.hpp"
#include "upstream/out.hpp"

namespace headgate::admin {

class FakeProxy final : public Proxy {
 public:
  FakeProxy() {
    web.name = "web";
    web.strategy = "round_robin";
    web.totals.retries = 7;
    BackendView first;
    first.address = "10.0.0.1:80";
    first.totals.responses[2] = 5;
    first.totals.connections_reused = 4;
    BackendView second;
    second.address = "unix:/run/b.sock";
    second.out = bit(upstream::Out::ejected);
    second.health.reasons = second.out;
    second.health.since = observe::at(observe::seven);
    second.health.ejected_until = observe::at(observe::seven + 10);
    second.health.ejections = 1;
    second.health.timeline.push_back({1,
                                      observe::at(observe::seven),
                                      Cause::backend_ejected,
                                      0,
                                      second.out,
                                      {upstream::Actor::Kind::requests, {}},
                                      {"5 failures in a row", Cause::upstream_reset, 0, 104, -1, ""},
                                      observe::at(observe::seven + 10),
                                      {}});
    web.backends = {first, second};
  }

  [[nodiscard]] Readiness readiness() const override { return ready; }
  [[nodiscard]] StatusView status() const override {
    StatusView view;
    view.version = "1.2.3";
    view.instance = "host:1";
    view.now = observe::at(observe::seven);
    view.workers = 2;
    view.configuration.hash = "abc";
    view.listeners = {{"web", "127.0.0.1:8080"}};
    view.certificates = {{"certificate", "web", "", "tls/site.pem", observe::at(observe::seven)}};
    view.connections = {3, 10, 1, 2};
    view.state.store = "redis";
    view.state.degraded = true;
    view.state.last_error = "no reply in time";
    return view;
  }
  [[nodiscard]] std::vector<RouteView> routes() const override {
    RouteView all{"all", {}};
    all.totals.responses[2] = 5;
    all.totals.tunnels = 6;
    all.totals.tunnel_bytes_sent = 7;
    return {all};
  }
  [[nodiscard]] observe::FailureTotals failures() const override {
    observe::FailureTotals totals;
    totals.by_cause[static_cast<std::size_t>(Cause::no_route)] = 3;
    return totals;
  }
  [[nodiscard]] std::vector<UpstreamView> upstreams() const override { return {web}; }
  [[nodiscard]] std::optional<UpstreamView> upstream(std::string_view name) const override {
    return name == web.name ? std::optional{web} : std::nullopt;
  }
  [[nodiscard]] std::string configuration() const override { return "{\"workers\": 2}\n"; }
  [[nodiscard]] std::chrono::milliseconds eject_for(std::string_view /*upstream*/) const override {
    return std::chrono::seconds{10};
  }

  bool drain(const BackendName& backend, const std::string& who) override {
    done.push_back("drain " + backend.address + " by " + who);
    return changes;
  }
  bool enable(const BackendName& backend, const std::string& who) override {
    done.push_back("enable " + backend.address + " by " + who);
    return changes;
  }
  void eject(const BackendName& backend, std::chrono::milliseconds time, const std::string& who) override {
    done.push_back("eject " + backend.address + " for " + std::to_string(time.count()) + " by " + who);
  }
  ReloadView reload() override {
    done.emplace_back("reload");
    return {reload_result, "def", observe::at(observe::seven), {"config.json:1:1: no"}};
  }

  UpstreamView web;
  Readiness ready{true, true, false};
  std::string reload_result = "applied";
  bool changes = true;
  std::vector<std::string> done;
};

}  // namespace headgate::admin
