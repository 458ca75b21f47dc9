#include "observe/traffic_counters.hpp"

namespace headgate::observe {
namespace {

template <std::size_t size>
void add(std::array<std::uint64_t, size>& totals, const std::array<Counter, size>& counters) {
  for (std::size_t i = 0; i < size; ++i) totals[i] += counters[i].value();
}

}  // namespace

RouteTotals& RouteTotals::operator+=(const RouteCounters& counters) {
  add(responses, counters.responses);
  duration += counters.duration;
  bytes_received += counters.bytes_received.value();
  bytes_sent += counters.bytes_sent.value();
  tunnels += counters.tunnels.value();
  tunnel_bytes_received += counters.tunnel_bytes_received.value();
  tunnel_bytes_sent += counters.tunnel_bytes_sent.value();
  return *this;
}

BackendTotals& BackendTotals::operator+=(const BackendCounters& counters) {
  add(responses, counters.responses);
  first_byte += counters.first_byte;
  failures += counters.failures.value();
  retries += counters.retries.value();
  connections_opened += counters.connections_opened.value();
  connections_reused += counters.connections_reused.value();
  connections_idle += counters.connections_idle.value();
  return *this;
}

UpstreamTotals& UpstreamTotals::operator+=(const UpstreamCounters& counters) {
  queue_length += counters.queue_length.value();
  queued += counters.queued.value();
  retries += counters.retries.value();
  retries_refused += counters.retries_refused.value();
  return *this;
}

FailureTotals& FailureTotals::operator+=(const FailureCounters& counters) {
  add(by_cause, counters.by_cause);
  return *this;
}

}  // namespace headgate::observe
