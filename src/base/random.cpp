#include "base/random.hpp"

#include <random>

namespace headgate::base {

std::uint64_t random_seed() {
  std::random_device device;
  const std::uint64_t high = device();
  return high << 32U | device();
}

}  // namespace headgate::base
