// Decides whether an endpoint gets requests: of what operators, probes, its requests and other instances say of it.
// One object an endpoint, shared by all workers and the control thread, under a lock of its own, which the path of a
// request takes only when a request has failed or a breaker is half-open. What it decides stands in the atomics of
// EndpointState, for the path of a request to read.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config/upstream_settings.hpp"
#include "headgate/error.hpp"
#include "upstream/circuit_breaker.hpp"
#include "upstream/ejection.hpp"
#include "upstream/health_record.hpp"
#include "upstream/health_view.hpp"
#include "upstream/moment.hpp"
#include "upstream/probe_verdict.hpp"
#include "upstream/timeline.hpp"
#include "upstream/traffic_window.hpp"

namespace headgate::upstream {

struct EndpointState;
class WorkerTraffic;

/// Told of every change of every endpoint, in order, on the thread that made it and under the endpoint's lock: to be
/// passed on, not worked on.
class HealthListener {
 public:
  virtual void changed(const EndpointState& endpoint, const TimelineEntry& entry) = 0;

 protected:
  ~HealthListener() = default;
};

/// What the configuration says of an endpoint's health.
struct HealthSettings {
  config::Health health;
  std::optional<config::CircuitBreaker> breaker;
};

/// A request that failed by the endpoint's fault. `status`: of the response that counts as a failure; 0: there was
/// none.
struct FailedRequest {
  Error error;
  std::uint16_t status = 0;
};

/// Every function may be called on every thread.
class EndpointHealth {
 public:
  explicit EndpointHealth(EndpointState& state) : state_{state} {}
  EndpointHealth(const EndpointHealth&) = delete;
  EndpointHealth& operator=(const EndpointHealth&) = delete;

  // The configuration.
  /// Verdicts stay, but for those whose ground was taken away. `quota`: of the upstream's ejections, the same one at
  /// each call. `listener`: outlives the endpoint's place in the configuration.
  void apply(const HealthSettings& settings, std::shared_ptr<EjectionQuota> quota, HealthListener* listener,
             Moment now);
  /// It is not in the configuration any more, although requests may still run on it.
  void retire();

  // Operators; `who` is their name. False: it was so already.
  /// No new requests until enable(); those that run are let finish.
  bool drain(const std::string& who, Moment now);
  /// Ends a drain, an ejection, and a breaker's being open. Not the verdict of probes: that ends with their success.
  bool enable(const std::string& who, Moment now);
  /// Out for that long from now, whatever max_ejected_percent says.
  void eject(std::chrono::milliseconds time, const std::string& who, Moment now);

  // The state store.
  [[nodiscard]] HealthRecord record() const;
  /// Takes over the parts that are newer than its own. An ejection that does not fit into max_ejected_percent is left
  /// out. `why`: what `actor` decided it on. False: nothing changed.
  bool merge(const HealthRecord& record, const Actor& actor, const std::string& why, Moment now);

  [[nodiscard]] HealthView view() const;

  // The resolver.
  /// `detail`: the addresses, or why there are none; another reason than before is noted as well.
  void set_resolved(bool resolved, std::string detail, Moment now);

  // Probes, and the ends of what lasts for a time.
  void probed(const ProbeReport& report, std::optional<TimeStamp> next_probe, Moment now);
  /// Ends what is over. The monotonic time at which to call it again, if something lasts.
  std::optional<std::uint64_t> tick(Moment now);

  // Workers, through WorkerTraffic.
  void join(const WorkerTraffic& traffic);
  void leave(const WorkerTraffic& traffic);
  /// Of a request that was no trial.
  void failed(const FailedRequest& request, Moment now);
  /// Before a request, while EndpointState::half_open. Null: not now, enough trials are running. no_trial: the breaker
  /// has closed meanwhile. A trial ends with one of the next three.
  std::optional<CircuitBreaker::Trial> begin_trial();
  void trial_succeeded(CircuitBreaker::Trial trial, Moment now);
  void trial_failed(CircuitBreaker::Trial trial, const FailedRequest& request, Moment now);
  void withdraw_trial(CircuitBreaker::Trial trial);

 private:
  // All of these with the lock held.
  void note(Cause cause, const Actor& actor, Evidence evidence, Moment now, std::optional<TimeStamp> until = {});
  void publish();
  [[nodiscard]] std::uint32_t reasons() const;
  using WindowOf = const TrafficWindow& (WorkerTraffic::*)() const;
  [[nodiscard]] Traffic traffic(WindowOf of, config::Duration window, std::uint64_t not_before, Moment now) const;
  void begin_ejection(const Ejection::Term& term, Moment now);
  void end_ejection(Moment now);
  void open_breaker(const FailedRequest& request, std::string why, Moment now);
  void close_breaker(Moment now);
  void consider_ejection(const FailedRequest& request, Moment now);
  void consider_breaker(const FailedRequest& request, Moment now);
  struct Source {
    const Actor& actor;
    const std::string& why;
  };
  bool merge_drain(const HealthRecord::Drain& theirs, const Source& from, Moment now);
  bool merge_ejection(const HealthRecord::Ejection& theirs, const Source& from, Moment now);
  bool merge_breaker(const HealthRecord::Breaker& theirs, const Source& from, Moment now);
  bool merge_probe(const HealthRecord::Probe& theirs, const Source& from, Moment now);

  EndpointState& state_;
  mutable std::mutex mutex_;  ///< guards all below
  HealthSettings settings_;
  std::shared_ptr<EjectionQuota> quota_;
  HealthListener* listener_ = nullptr;
  std::vector<const WorkerTraffic*> workers_;

  bool drained_ = false;
  bool unresolved_ = false;
  std::string why_unresolved_;
  Ejection ejection_;
  bool in_quota_ = false;  ///< the ejection counts in the quota
  CircuitBreaker breaker_;
  ProbeVerdict verdict_;
  HealthRecord record_;  ///< the parts that were ever changed

  std::uint32_t noted_ = 0;  ///< reasons() at the last change
  TimeStamp since_{};
  std::optional<ProbeReport> last_probe_;
  std::optional<TimeStamp> next_probe_;
  Timeline timeline_;
};

}  // namespace headgate::upstream
