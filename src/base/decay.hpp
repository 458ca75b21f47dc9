#pragma once

#include <cstdint>

namespace headgate::base {

/// What is left of `value` after `age` when half of it goes in each `half_life`. Between two halvings a straight line
/// stands for the curve, at most 6 % above it; that costs no exp().
constexpr std::uint64_t decayed(std::uint64_t value, std::uint64_t age, std::uint64_t half_life) {
  const std::uint64_t halvings = age / half_life;
  if (halvings >= 64) return 0;
  const double part = static_cast<double>(age % half_life) / static_cast<double>(half_life);
  return static_cast<std::uint64_t>(static_cast<double>(value >> halvings) * (1 - part / 2));
}

}  // namespace headgate::base
