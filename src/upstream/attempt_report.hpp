#pragma once

#include <utility>

#include "headgate/error.hpp"
#include "upstream/endpoint_state.hpp"
#include "upstream/moment.hpp"
#include "upstream/pool.hpp"
#include "upstream/worker_traffic.hpp"

namespace headgate::upstream {

/// Whether a failed request is held against the endpoint. Not: what the client or Headgate itself failed at; a kept
/// connection that closed as it was used again; a name without an address, which has a verdict of its own; a head that
/// is larger than our limit.
constexpr bool is_endpoint_failure(Cause cause) {
  return info(cause).origin == Origin::upstream && cause != Cause::upstream_closed_reused &&
         cause != Cause::upstream_resolve_failed && cause != Cause::upstream_head_too_large;
}

/// What one attempt has to say of its endpoint's health: the first word counts. An end without a word says nothing.
class AttemptReport {
 public:
  AttemptReport() = default;
  AttemptReport(const AttemptReport&) = delete;
  AttemptReport& operator=(const AttemptReport&) = delete;
  ~AttemptReport() { withdraw(); }

  /// Before the attempt. False: its breaker is half-open and has enough trials running.
  [[nodiscard]] bool begin(Pool& pool) {
    withdraw();
    if (pool.state().half_open.load(std::memory_order_relaxed) && !begin_trial(pool.state())) return false;
    pool_ = &pool;
    return true;
  }
  [[nodiscard]] bool is_trial() const { return trial_ != CircuitBreaker::no_trial; }

  void succeeded() {
    if (pool_ == nullptr) return;
    std::exchange(pool_, nullptr)->traffic().succeeded();
    if (is_trial()) trial_succeeded();
  }
  void failed(const FailedRequest& request);
  /// Goes on as a request that is none: its place is for another one.
  void give_trial_back() {
    if (is_trial()) withdraw_trial();
  }
  void withdraw() {
    pool_ = nullptr;
    give_trial_back();
  }

 private:
  bool begin_trial(EndpointState& endpoint);
  void trial_succeeded();
  void withdraw_trial();

  Pool* pool_ = nullptr;               ///< null: the word is said
  EndpointState* endpoint_ = nullptr;  ///< of the trial
  CircuitBreaker::Trial trial_ = CircuitBreaker::no_trial;
};

}  // namespace headgate::upstream
