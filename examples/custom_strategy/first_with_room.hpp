#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <headgate/balancer.hpp>

namespace example {

/// Fills the backends up one after the other, in the order of the configuration: what stands last may be switched off
/// at night. A backend counts as full when it has `full` requests for each unit of its weight; when all are full, the
/// one with the fewest for its weight takes more.
class FirstWithRoom final : public headgate::Balancer {
 public:
  explicit FirstWithRoom(std::uint32_t full) : full_{full} {}

  std::optional<std::size_t> pick(const headgate::Candidates& candidates, const headgate::PickInput& input) override;

 private:
  std::uint32_t full_;
};

/// Makes the strategy known as "first_with_room".
void register_first_with_room(headgate::BalancerRegistry& registry);

}  // namespace example
