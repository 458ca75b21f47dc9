#include "upstream/cluster.hpp"

#include <utility>

namespace headgate::upstream {
namespace {

class Untried final : public Candidates {
 public:
  Untried(const std::vector<Member>& members, const Tried& tried) : members_{members}, tried_{tried} {}

  [[nodiscard]] std::size_t size() const override { return members_.size(); }
  [[nodiscard]] bool usable(std::size_t index) const override { return !tried_.contains(index); }
  [[nodiscard]] std::optional<std::size_t> last_tried() const override { return tried_.last(); }
  [[nodiscard]] std::uint32_t weight(std::size_t index) const override { return members_[index].weight; }
  [[nodiscard]] std::uint32_t in_flight(std::size_t index) const override {
    return members_[index].pool->state().in_flight.load(std::memory_order_relaxed);
  }

 private:
  const std::vector<Member>& members_;
  const Tried& tried_;
};

}  // namespace

Cluster::Cluster(std::string name, std::vector<Member> members, std::unique_ptr<Balancer> balancer, CallOptions options,
                 bool preserve_host)
    : name_{std::move(name)},
      members_{std::move(members)},
      balancer_{std::move(balancer)},
      options_{options},
      preserve_host_{preserve_host} {}

std::optional<std::size_t> Cluster::pick(const RequestHead& request, const Tried& tried) {
  return balancer_->pick(Untried{members_, tried}, request);
}

}  // namespace headgate::upstream
