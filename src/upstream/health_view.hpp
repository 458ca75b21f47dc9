// An endpoint's health for people: the admin API, `headgate status`, metrics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "upstream/circuit_breaker.hpp"
#include "upstream/timeline.hpp"

namespace headgate::upstream {

/// What one probe brought.
struct ProbeReport {
  TimeStamp time{};  ///< of its end
  bool success = false;
  std::uint16_t status = 0;      ///< of the response; 0: none came, or none was asked for
  std::int64_t latency_us = -1;  ///< of the whole probe
  int os_error = 0;              ///< errno
  std::string error;             ///< why it failed: "connection refused", "status 500 is not expected"
  std::string probe;             ///< which one: "GET http://10.0.0.1:9000/healthz", "tcp 10.0.0.1:9000"
};

struct HealthView {
  std::uint32_t reasons = 0;  ///< bits of Out; 0: up. describe(reasons) has the words
  TimeStamp since{};          ///< of the last change of `reasons`
  std::uint32_t failures_in_a_row = 0;

  std::optional<TimeStamp> ejected_until;
  std::uint32_t ejections = 0;  ///< in a row, the present one included

  bool has_breaker = false;
  CircuitBreaker::State breaker = CircuitBreaker::State::closed;
  std::optional<TimeStamp> breaker_open_until;

  bool has_probes = false;
  std::optional<ProbeReport> last_probe;
  std::optional<TimeStamp> next_probe;

  std::vector<TimelineEntry> timeline;  ///< oldest first, at most Timeline::capacity
};

}  // namespace headgate::upstream
