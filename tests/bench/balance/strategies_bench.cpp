#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "balance/builtin.hpp"

namespace headgate::balance {
namespace {

/// Endpoints with some load; `usable` of a hundred can be used.
class Endpoints final : public Candidates {
 public:
  Endpoints(std::size_t size, std::size_t usable) : requests_(size), usable_(size) {
    for (std::size_t i = 0; i < size; ++i) {
      built_.push_back({"10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ":80", 1});
      requests_[i] = static_cast<std::uint32_t>(i * 7 % 5);
      usable_[i] = i == 0 || i * 37 % 100 < usable ? 1 : 0;
    }
  }
  [[nodiscard]] std::span<const BalancedEndpoint> built() const { return built_; }
  [[nodiscard]] std::size_t size() const override { return built_.size(); }
  [[nodiscard]] bool usable(std::size_t index) const override { return usable_[index] != 0; }
  [[nodiscard]] std::uint32_t weight(std::size_t /*index*/) const override { return weight_unit; }
  [[nodiscard]] std::uint32_t in_flight(std::size_t index) const override { return requests_[index]; }
  [[nodiscard]] std::uint64_t latency_ns(std::size_t index) const override { return 1'000'000 + requests_[index]; }

 private:
  std::vector<BalancedEndpoint> built_;
  std::vector<std::uint32_t> requests_;
  std::vector<char> usable_;
};

std::unique_ptr<Balancer> make(const std::string& strategy, const Endpoints& endpoints) {
  BalancerRegistry registry;
  register_builtin_balancers(registry);
  BalancerInput input;
  input.seed = 1;
  input.endpoints = endpoints.built();
  input.hash.max_load_percent = strategy == "bounded_hash" ? 150 : 0;
  return registry.make(strategy == "bounded_hash" ? "hash" : strategy, input);
}

void pick(benchmark::State& state, const std::string& strategy, std::size_t usable) {
  const Endpoints endpoints{static_cast<std::size_t>(state.range(0)), usable};
  const auto balancer = make(strategy, endpoints);
  std::array<std::string, 64> keys;
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = "/some/item/" + std::to_string(i * 7919);
  RequestHead request;
  for (std::size_t i = 0; auto _ : state) {
    request.path = keys[++i % keys.size()];
    benchmark::DoNotOptimize(balancer->pick(endpoints, {request, request.path}));
  }
}

void build(benchmark::State& state, const std::string& strategy) {
  const Endpoints endpoints{static_cast<std::size_t>(state.range(0)), 100};
  for (auto _ : state) benchmark::DoNotOptimize(make(strategy, endpoints));
}

[[maybe_unused]] const bool registered = [] {
  for (const char* strategy : {"round_robin", "weighted_round_robin", "least_connections", "ip_hash", "hash",
                               "bounded_hash", "random", "power_of_two", "peak_ewma"}) {
    const std::string name{strategy};
    const auto sizes = [](auto* benchmark) { benchmark->Arg(3)->Arg(100)->Arg(10'000); };
    sizes(benchmark::RegisterBenchmark(("pick/" + name).c_str(), pick, name, 100U));
    sizes(benchmark::RegisterBenchmark(("pick_with_half_usable/" + name).c_str(), pick, name, 50U));
    sizes(benchmark::RegisterBenchmark(("pick_with_one_usable/" + name).c_str(), pick, name, 0U));
    sizes(benchmark::RegisterBenchmark(("build/" + name).c_str(), build, name)->Unit(benchmark::kMicrosecond));
  }
  return true;
}();

}  // namespace
}  // namespace headgate::balance
