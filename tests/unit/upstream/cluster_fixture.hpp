#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/connector.hpp"
#include "upstream/cluster.hpp"

namespace headgate::upstream {

/// A strategy that is a function.
class Scripted final : public Balancer {
 public:
  using Pick = std::function<std::optional<std::size_t>(const Candidates&)>;
  explicit Scripted(Pick pick, bool needs_latency = false) : pick_{std::move(pick)}, needs_latency_{needs_latency} {}
  std::optional<std::size_t> pick(const Candidates& candidates, const PickInput&) override { return pick_(candidates); }
  [[nodiscard]] bool needs_latency() const override { return needs_latency_; }

 private:
  Pick pick_;
  bool needs_latency_;
};

inline std::optional<std::size_t> first_usable(const Candidates& candidates) {
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (candidates.usable(i)) return i;
  return std::nullopt;
}

/// Clusters of endpoints that nobody connects to.
class ClusterFixture : public ::testing::Test {
 protected:
  Member member(std::uint16_t port, std::uint32_t weight = 1, bool backup = false, std::uint32_t max_connections = 0) {
    auto state = std::make_shared<EndpointState>("web", Endpoint{"app", port, ""});
    return {std::make_shared<Pool>(loop_, buffers_, net::connect, std::move(state)), weight, backup, max_connections};
  }
  std::unique_ptr<Cluster> cluster(std::vector<Member> members, SpreadRules spread = {},
                                   std::unique_ptr<Balancer> balancer = std::make_unique<Scripted>(first_usable)) {
    return std::make_unique<Cluster>(ClusterRules{"web", {}, true, spread}, std::move(members), std::move(balancer),
                                     loop_.wheel(), queue_);
  }
  /// The census is taken anew.
  void pass_tick() { loop_.wheel().advance_to(loop_.wheel().now() + 1); }

  Result<Slot> take(Cluster& from, std::initializer_list<std::size_t> tried = {}) {
    Tried all;
    for (const std::size_t index : tried) all.add(index);
    return from.take_slot({request_, ""}, all);
  }
  /// The index of a place that is given back at once; none: what is said instead.
  std::optional<std::size_t> picked(Cluster& from, std::initializer_list<std::size_t> tried = {}) {
    const auto slot = take(from, tried);
    refusal_ = slot ? Cause::none : slot.error().cause;
    detail_ = slot ? "" : slot.error().detail;
    return slot ? std::optional{slot->index()} : std::nullopt;
  }
  static void take_out(Cluster& of, std::size_t index, Out reason) { of.pool(index).state().out = bit(reason); }

  net::EventLoop loop_;
  base::BufferPool buffers_;
  RequestHead request_;
  Cause refusal_ = Cause::none;
  std::string detail_;
  std::shared_ptr<WaitQueue> queue_ =
      std::make_shared<WaitQueue>(loop_.wheel(), 0, std::make_shared<WaitingWorkers>(1, [](std::size_t) {}));
};

}  // namespace headgate::upstream
