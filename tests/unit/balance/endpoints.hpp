#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "balance/builtin.hpp"
#include "headgate/balancer.hpp"

namespace headgate::balance {

struct Fake {
  std::uint32_t weight = 1;  ///< as configured
  std::uint32_t in_flight = 0;
  std::uint64_t latency_ns = 0;
  bool usable = true;
  std::uint32_t started_percent = 100;  ///< of its weight: less during its slow start
};

/// Endpoints as a test wants them, named "a", "b", ..., "aa", ...
class Endpoints final : public Candidates {
 public:
  explicit Endpoints(std::vector<Fake> endpoints) : all_{std::move(endpoints)} {
    for (std::size_t i = 0; i < all_.size(); ++i) built_.push_back({name(i), all_[i].weight});
  }
  static Endpoints of_weights(std::vector<std::uint32_t> weights) {
    std::vector<Fake> fakes;
    for (const std::uint32_t weight : weights) fakes.push_back({.weight = weight});
    return Endpoints{std::move(fakes)};
  }
  static Endpoints equal(std::size_t count) { return Endpoints{std::vector<Fake>(count)}; }

  Fake& operator[](std::size_t index) { return all_.at(index); }
  /// What one request has failed on, in order.
  std::vector<std::size_t> tried = {};

  [[nodiscard]] BalancerInput input(std::uint64_t seed = 1) const {
    BalancerInput input;
    input.seed = seed;
    input.endpoints = built_;
    return input;
  }

  [[nodiscard]] std::size_t size() const override { return all_.size(); }
  [[nodiscard]] bool usable(std::size_t index) const override {
    const Fake& fake = all_.at(index);
    return fake.usable && fake.weight != 0 && std::find(tried.begin(), tried.end(), index) == tried.end();
  }
  [[nodiscard]] std::optional<std::size_t> last_tried() const override {
    return tried.empty() ? std::nullopt : std::optional{tried.back()};
  }
  [[nodiscard]] std::uint32_t weight(std::size_t index) const override {
    return all_.at(index).weight * weight_unit * all_[index].started_percent / 100;
  }
  [[nodiscard]] std::uint32_t in_flight(std::size_t index) const override { return all_.at(index).in_flight; }
  [[nodiscard]] std::uint64_t latency_ns(std::size_t index) const override { return all_.at(index).latency_ns; }

  static std::string name(std::size_t index) { return "10.0.0." + std::to_string(index) + ":80"; }

 private:
  std::vector<Fake> all_;
  std::vector<BalancedEndpoint> built_;
};

/// A request from one client.
struct AnyRequest {
  RequestHead head;
  std::string client = "192.0.2.1";
  operator PickInput() const { return {head, client}; }  // NOLINT(google-explicit-constructor)
};

inline std::vector<std::size_t> picks(Balancer& balancer, const Candidates& candidates, int count) {
  std::vector<std::size_t> result;
  for (int i = 0; i < count; ++i) result.push_back(balancer.pick(candidates, AnyRequest{}).value());
  return result;
}

/// How many of so many picks each endpoint got.
inline std::vector<int> counts(Balancer& balancer, const Candidates& candidates, int count) {
  std::vector<int> result(candidates.size());
  for (const std::size_t index : picks(balancer, candidates, count)) ++result.at(index);
  return result;
}

}  // namespace headgate::balance
