#include "balance/round_robin.hpp"

#include <benchmark/benchmark.h>

namespace headgate::balance {
namespace {

/// One usable endpoint of `size`: the worst case.
class MostlyDown final : public Candidates {
 public:
  explicit MostlyDown(std::size_t size) : size_{size} {}
  [[nodiscard]] std::size_t size() const override { return size_; }
  [[nodiscard]] bool usable(std::size_t index) const override { return index == 0; }
  [[nodiscard]] std::uint32_t weight(std::size_t /*index*/) const override { return 1; }
  [[nodiscard]] std::uint32_t in_flight(std::size_t /*index*/) const override { return 0; }

 private:
  std::size_t size_;
};

void one_usable_of(benchmark::State& state) {
  const MostlyDown candidates{static_cast<std::size_t>(state.range(0))};
  RoundRobin balancer{0};
  const RequestHead request;
  for (auto _ : state) benchmark::DoNotOptimize(balancer.pick(candidates, request));
}
BENCHMARK(one_usable_of)->Arg(1)->Arg(10)->Arg(1000);

}  // namespace
}  // namespace headgate::balance
