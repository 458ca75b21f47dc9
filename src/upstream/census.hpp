#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "upstream/member.hpp"
#include "upstream/turn.hpp"

namespace headgate::upstream {

/// How requests are spread, beside the strategy.
struct SpreadRules {
  std::uint32_t panic_percent = 0;
  std::chrono::milliseconds slow_start{0};  ///< 0: none
};

/// What is counted over all members of a cluster: too much for each request, so that it is taken from time to time. A
/// member's own health and room are always looked at afresh; a census a tick old costs nobody a request.
class Census {
 public:
  explicit Census(std::span<const Member> members);

  /// `now_ns`: of base::coarse_nanoseconds().
  void take(std::span<const Member> members, const SpreadRules& rules, std::uint64_t now_ns);

  [[nodiscard]] Turn turn() const { return turn_; }
  /// In Candidates::weight_unit parts, less during a slow start.
  [[nodiscard]] std::uint32_t weight(std::size_t index) const { return weights_[index]; }
  [[nodiscard]] std::uint64_t taken_ns() const { return taken_ns_; }

 private:
  Turn turn_;
  std::uint64_t taken_ns_ = 0;
  std::vector<std::uint32_t> weights_;
};

}  // namespace headgate::upstream
