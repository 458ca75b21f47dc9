#include "upstream/latency.hpp"

#include <algorithm>

#include "base/decay.hpp"

namespace headgate::upstream {
namespace {

std::uint64_t decayed(std::uint64_t value, std::uint64_t since_ns, std::uint64_t now_ns) {
  const std::uint64_t age = now_ns > since_ns ? now_ns - since_ns : 0;
  return base::decayed(value, age, static_cast<std::uint64_t>(latency_half_life.count()));
}

std::uint64_t averaged(std::uint64_t average, std::uint64_t sample, std::uint64_t since_ns, std::uint64_t now_ns) {
  return sample > average ? sample - decayed(sample - average, since_ns, now_ns)
                          : sample + decayed(average - sample, since_ns, now_ns);
}

}  // namespace

void add_latency(EndpointState& endpoint, std::uint64_t sample_ns, std::uint64_t now_ns, Rise rise) {
  const std::uint64_t sample = std::max<std::uint64_t>(sample_ns, 1);  // 0 would say that nothing is known
  const std::uint64_t average = endpoint.latency_ns.load(std::memory_order_relaxed);
  const std::uint64_t since = endpoint.latency_at_ns.load(std::memory_order_relaxed);
  const bool replaces = average == 0 || (rise == Rise::at_once && sample > average);
  if (!replaces && now_ns <= since) return;  // counted in this moment already
  endpoint.latency_ns.store(replaces ? sample : averaged(average, sample, since, now_ns), std::memory_order_relaxed);
  endpoint.latency_at_ns.store(now_ns, std::memory_order_relaxed);
}

std::uint64_t latency(const EndpointState& endpoint, std::uint64_t now_ns) {
  const std::uint64_t average = endpoint.latency_ns.load(std::memory_order_relaxed);
  return average == 0 ? 0
                      : std::max<std::uint64_t>(
                            decayed(average, endpoint.latency_at_ns.load(std::memory_order_relaxed), now_ns), 1);
}

}  // namespace headgate::upstream
