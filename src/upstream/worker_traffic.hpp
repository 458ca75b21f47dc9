#pragma once

#include <cstdint>

#include "base/coarse_time.hpp"
#include "upstream/endpoint_state.hpp"
#include "upstream/traffic_window.hpp"

namespace headgate::upstream {

/// How one worker's requests to an endpoint end, for its health to judge. A success costs a load or two; there is a
/// clock to read and a count to store only when a share of failures is looked at.
class WorkerTraffic {
 public:
  /// `state` outlives it.
  explicit WorkerTraffic(EndpointState& state);
  WorkerTraffic(const WorkerTraffic&) = delete;
  WorkerTraffic& operator=(const WorkerTraffic&) = delete;
  ~WorkerTraffic();

  // On the worker's thread.
  void apply(const HealthSettings& settings);
  [[nodiscard]] bool is_failure(std::uint16_t status) const {
    return status >= lowest_failure_status && config::contains(failure_status_, status);
  }
  void succeeded() {
    auto& in_a_row = state_.failures_in_a_row;
    if (in_a_row.load(std::memory_order_relaxed) != 0) in_a_row.store(0, std::memory_order_relaxed);
    if (counts_) count(false);
  }
  void failed(const FailedRequest& request);

  // On any thread.
  [[nodiscard]] const TrafficWindow& for_ejection() const { return for_ejection_; }
  [[nodiscard]] const TrafficWindow& for_breaker() const { return for_breaker_; }

 private:
  static constexpr std::uint16_t lowest_failure_status = 400;
  void count(bool failed);

  EndpointState& state_;
  config::StatusRanges failure_status_;
  std::uint32_t in_a_row_limit_ = 0;  ///< of failures, before there is something to decide; 0: none
  bool counts_ = false;               ///< one of the windows is on
  TrafficWindow for_ejection_;
  TrafficWindow for_breaker_;
};

}  // namespace headgate::upstream
