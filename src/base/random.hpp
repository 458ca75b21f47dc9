// Random numbers for spreading load: fast and even, not secret.
#pragma once

#include <cstdint>

namespace headgate::base {

/// The last step of splitmix64 (Steele, Lea, Flood 2014): every bit of the result depends on every bit of `x`.
constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

/// 2^64 divided by the golden ratio: multiples of it spread over the circle of 64-bit numbers as evenly as can be.
inline constexpr std::uint64_t golden_step = 0x9E3779B97F4A7C15U;

/// splitmix64. One seed, one row of numbers.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_{seed} {}

  std::uint64_t next() { return mix(state_ += golden_step); }
  /// In [0, bound), for bounds from 1 to 2^32.
  std::uint64_t below(std::uint64_t bound) { return ((next() >> 32U) * bound) >> 32U; }

 private:
  std::uint64_t state_;
};

/// From the kernel.
std::uint64_t random_seed();

}  // namespace headgate::base
