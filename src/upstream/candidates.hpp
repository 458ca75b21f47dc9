#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "headgate/balancer.hpp"
#include "upstream/census.hpp"
#include "upstream/latency.hpp"
#include "upstream/member.hpp"
#include "upstream/tried.hpp"
#include "upstream/turn.hpp"

namespace headgate::upstream {

/// A cluster's members as its strategy sees them, for one request.
class ClusterCandidates final : public Candidates {
 public:
  ClusterCandidates(std::span<const Member> members, const Census& census, Turn turn, const Tried& tried)
      : members_{members}, census_{census}, turn_{turn}, tried_{tried} {}

  [[nodiscard]] std::size_t size() const override { return members_.size(); }
  [[nodiscard]] bool usable(std::size_t index) const override { return would_do(index) && members_[index].has_room(); }
  [[nodiscard]] std::optional<std::size_t> last_tried() const override { return tried_.last(); }
  [[nodiscard]] std::uint32_t weight(std::size_t index) const override { return census_.weight(index); }
  [[nodiscard]] std::uint32_t in_flight(std::size_t index) const override {
    return members_[index].state().in_flight.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t latency_ns(std::size_t index) const override {
    return latency(members_[index].state(), census_.taken_ns());
  }

  /// Usable, or would be if it had room.
  [[nodiscard]] bool would_do(std::size_t index) const {
    const Member& member = members_[index];
    return member.weight != 0 && member.backup == turn_.backups && member.open(turn_.panic) && !tried_.contains(index);
  }
  /// There is one that is usable, or would be if it had room. Whether it has is not asked again: another worker may
  /// free a place at any moment, and who found none must not take that for a failure.
  [[nodiscard]] bool any_would_do() const;

 private:
  std::span<const Member> members_;
  const Census& census_;
  Turn turn_;
  const Tried& tried_;
};

}  // namespace headgate::upstream
