#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "upstream/endpoint_state.hpp"
#include "upstream/worker_traffic.hpp"

namespace headgate::upstream {

using namespace std::chrono_literals;

/// An endpoint of an upstream with four, and a clock that the test moves.
class HealthTest : public ::testing::Test, protected HealthListener {
 protected:
  HealthTest() { quota_->set_limit(4, 50); }

  void apply() { state_->health.apply(settings_, quota_, this, now_); }
  void pass(std::chrono::milliseconds time) { now_ = now_.after(time); }
  void fail(int times, Cause cause = Cause::upstream_reset) {
    for (int i = 0; i < times; ++i) {
      ++state_->failures_in_a_row;
      state_->health.failed({Error{cause, "", ECONNRESET}, 0}, now_);
    }
  }
  /// As the monitor's timer does.
  void pass_to(std::optional<std::uint64_t> due) {
    ASSERT_TRUE(due);
    now_ = {*due, now_.wall_at(*due)};
    state_->health.tick(now_);
  }
  void probe(bool success) {
    ProbeReport report;
    report.time = now_.wall;
    report.success = success;
    report.status = success ? 200 : 500;
    report.error = success ? "" : "status 500 is not expected";
    report.probe = "GET http://10.0.0.1:9000/";
    state_->health.probed(report, now_.after(5s).wall, now_);
  }
  [[nodiscard]] std::string status() const { return describe(state_->health.view().reasons); }
  [[nodiscard]] bool usable() const { return state_->out == 0; }
  [[nodiscard]] std::vector<Cause> causes() const {
    std::vector<Cause> causes;
    for (const TimelineEntry& entry : told_) causes.push_back(entry.cause);
    return causes;
  }

  void changed(const EndpointState& /*endpoint*/, const TimelineEntry& entry) override { told_.push_back(entry); }

  Moment now_{1'000'000'000'000, TimeStamp{std::chrono::seconds{1'800'000'000}}};
  HealthSettings settings_;
  std::shared_ptr<EjectionQuota> quota_ = std::make_shared<EjectionQuota>();
  std::vector<TimelineEntry> told_;
  std::shared_ptr<EndpointState> state_ = std::make_shared<EndpointState>("web", Endpoint{"10.0.0.1", 9000, ""});
};

}  // namespace headgate::upstream
