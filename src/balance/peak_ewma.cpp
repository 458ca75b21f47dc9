#include "balance/peak_ewma.hpp"

#include "balance/load.hpp"

namespace headgate::balance {
namespace {

double cost(const Candidates& candidates, std::size_t index, std::uint64_t latency_ns) {
  return static_cast<double>(latency_ns) * (candidates.in_flight(index) + 1.0) / candidates.weight(index);
}

bool cheaper(const Candidates& candidates, std::size_t a, std::size_t b) {
  const std::uint64_t latency_a = candidates.latency_ns(a);
  const std::uint64_t latency_b = candidates.latency_ns(b);
  if (latency_a == 0 && latency_b != 0) return !less_loaded(candidates, b, a);
  if (latency_a == 0 || latency_b == 0) return less_loaded(candidates, a, b);
  return cost(candidates, a, latency_a) < cost(candidates, b, latency_b);
}

}  // namespace

std::optional<std::size_t> PeakEwma::pick(const Candidates& candidates, const PickInput& /*input*/) {
  const auto first = draw_.draw(candidates);
  if (!first) return std::nullopt;
  const auto second = draw_.draw(candidates, first);
  return second && cheaper(candidates, *second, *first) ? second : first;
}

}  // namespace headgate::balance
