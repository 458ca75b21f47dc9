// What workers count of the requests that pass: one shard a worker, which that worker alone writes; added up when
// somebody asks. Kept by the names of routes, upstreams and backends, so that reloads do not set them back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "headgate/cause.hpp"
#include "observe/counter.hpp"
#include "observe/duration_histogram.hpp"
#include "observe/status_class.hpp"

namespace headgate::observe {

/// One object a worker, each on cache lines of its own.
template <class Counters>
class Shards {
 public:
  explicit Shards(std::size_t workers) : shards_{std::make_unique<Padded[]>(workers)}, workers_{workers} {}

  [[nodiscard]] Counters& operator[](std::size_t worker) { return shards_[worker].counters; }
  [[nodiscard]] std::size_t size() const { return workers_; }

  template <class Totals>
  [[nodiscard]] Totals total() const {
    Totals totals;
    for (std::size_t i = 0; i < workers_; ++i) totals += shards_[i].counters;
    return totals;
  }

 private:
  struct alignas(64) Padded {
    Counters counters;
  };
  std::unique_ptr<Padded[]> shards_;
  std::size_t workers_;
};

/// Of requests that matched a route, or that matched none.
struct RouteCounters {
  std::array<Counter, status_classes> responses;
  DurationHistogram duration;  ///< from the request's head to the end of the response
  Counter bytes_received;      ///< of bodies
  Counter bytes_sent;
  Counter tunnels;  ///< that were opened
  Counter tunnel_bytes_received;
  Counter tunnel_bytes_sent;
};

struct RouteTotals {
  std::array<std::uint64_t, status_classes> responses{};
  DurationHistogram::Totals duration;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t tunnels = 0;
  std::uint64_t tunnel_bytes_received = 0;
  std::uint64_t tunnel_bytes_sent = 0;

  RouteTotals& operator+=(const RouteCounters& counters);
};

/// Of the attempts on one backend of one upstream.
struct BackendCounters {
  std::array<Counter, status_classes> responses;
  DurationHistogram first_byte;  ///< from the request's end to the response's head
  Counter failures;              ///< of those attempts, as health.passive counts them
  Counter retries;               ///< attempts that were not their request's first
  Counter connections_opened;
  Counter connections_reused;
  Gauge connections_idle;
};

struct BackendTotals {
  std::array<std::uint64_t, status_classes> responses{};
  DurationHistogram::Totals first_byte;
  std::uint64_t failures = 0;
  std::uint64_t retries = 0;
  std::uint64_t connections_opened = 0;
  std::uint64_t connections_reused = 0;
  std::uint64_t connections_idle = 0;

  BackendTotals& operator+=(const BackendCounters& counters);
};

/// Of one upstream.
struct UpstreamCounters {
  Gauge queue_length;       ///< requests that wait for a backend below its max_connections
  Counter queued;           ///< requests that had to wait
  Counter retries;          ///< further attempts
  Counter retries_refused;  ///< further attempts that the budget did not allow
};

struct UpstreamTotals {
  std::uint64_t queue_length = 0;
  std::uint64_t queued = 0;
  std::uint64_t retries = 0;
  std::uint64_t retries_refused = 0;

  UpstreamTotals& operator+=(const UpstreamCounters& counters);
};

/// Failures by their cause, in the log or below its level.
struct FailureCounters {
  std::array<Counter, cause_table.size()> by_cause;
  void add(Cause cause) noexcept { by_cause[static_cast<std::size_t>(cause)].add(); }
};

struct FailureTotals {
  std::array<std::uint64_t, cause_table.size()> by_cause{};

  FailureTotals& operator+=(const FailureCounters& counters);
};

}  // namespace headgate::observe
