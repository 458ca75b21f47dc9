// One upstream of the configuration as one worker sees it: its endpoints' pools and the strategy that picks among them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/connection_source.hpp"
#include "headgate/balancer.hpp"
#include "headgate/result.hpp"
#include "net/deadline_wheel.hpp"
#include "observe/traffic_counters.hpp"
#include "upstream/candidates.hpp"
#include "upstream/census.hpp"
#include "upstream/member.hpp"
#include "upstream/slot.hpp"
#include "upstream/sticky.hpp"
#include "upstream/tried.hpp"
#include "upstream/wait_queue.hpp"

namespace headgate::upstream {

struct ClusterRules {
  std::string name;
  CallOptions calls;
  bool preserve_host = true;  ///< false: the Host sent upstream is the endpoint's own address
  SpreadRules spread;
  base::ProxyVersion proxy_protocol = base::ProxyVersion::none;
  bool may_tunnel = true;  ///< false: all connections are of HTTP/2
  bool may_share = false;  ///< some connections may be of HTTP/2
};

class Cluster {
 public:
  /// `wheel`: the time, in ticks. `queue`: where requests wait while all endpoints are busy.
  Cluster(ClusterRules rules, std::vector<Member> members, std::unique_ptr<Balancer> balancer,
          net::DeadlineWheel& wheel, std::shared_ptr<WaitQueue> queue);
  /// Brings clients back to the endpoint that served them first.
  void stick(std::unique_ptr<Sticky> sticky) { sticky_ = std::move(sticky); }

  /// A place on the endpoint to try next. no_healthy_backend: there is none left. queue_full: all are busy, or others
  /// wait already; SlotWait waits for its turn.
  Result<Slot> take_slot(const PickInput& input, const Tried& tried);
  /// For who has waited.
  Result<Slot> take_slot_in_turn(const PickInput& input, const Tried& tried);
  /// The line that makes the client come back to that endpoint; empty without sticky sessions.
  [[nodiscard]] std::string_view set_cookie_line(std::size_t index) const {
    return sticky_ ? sticky_->set_cookie_line(index) : std::string_view{};
  }

  /// This worker's; kept by the plan.
  void count_into(observe::UpstreamCounters& counters);
  [[nodiscard]] observe::UpstreamCounters& counters() { return *counters_; }

  /// A response's head came so long after the request.
  void answered(std::size_t index, std::uint64_t latency_ns);

  [[nodiscard]] const std::string& name() const { return rules_.name; }
  [[nodiscard]] Pool& pool(std::size_t index) { return *members_[index].pool; }
  [[nodiscard]] std::size_t size() const { return members_.size(); }
  [[nodiscard]] const CallOptions& options() const { return rules_.calls; }
  [[nodiscard]] base::ProxyVersion proxy_protocol() const { return rules_.proxy_protocol; }
  [[nodiscard]] bool may_tunnel() const { return rules_.may_tunnel; }
  [[nodiscard]] bool may_share() const { return rules_.may_share; }
  [[nodiscard]] bool preserve_host() const { return rules_.preserve_host; }
  [[nodiscard]] WaitQueue& queue() { return *queue_; }

 private:
  struct Choice {
    std::size_t index;
    bool new_to_client = false;
  };
  void take_census();
  std::optional<Choice> choose(const PickInput& input, const Tried& tried);
  std::optional<std::size_t> pick(const PickInput& input, const Tried& tried);
  [[nodiscard]] bool take_place(const Member& member) const;
  [[nodiscard]] Error nothing_left(const Tried& tried) const;

  ClusterRules rules_;
  observe::UpstreamCounters* counters_ = nullptr;
  std::vector<Member> members_;
  std::unique_ptr<Balancer> balancer_;
  std::unique_ptr<Sticky> sticky_;
  net::DeadlineWheel& wheel_;
  std::shared_ptr<WaitQueue> queue_;
  Census census_;
  std::uint64_t census_tick_;
  bool limited_ = false;  ///< some member has a limit
  bool needs_latency_;
};

}  // namespace headgate::upstream
