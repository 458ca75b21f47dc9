#include <gtest/gtest.h>

#include <array>

#include "exchange/workspace.hpp"

namespace headgate::exchange {
namespace {

TEST(Environment, DrawsEvenlyEnoughForWeightedSplits) {
  observe::LogSwitches switches;
  observe::LogWriter writer{switches, 0, 64 * 1024};
  observe::SharedGauge open_tunnels;
  Environment environment{writer, {}, {}, 0x9E3779B9U, open_tunnels};
  std::array<int, 10> counts{};

  for (int i = 0; i < 100'000; ++i)
    ++counts[static_cast<std::size_t>(std::uint64_t{environment.random()} * counts.size() >> 32U)];

  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

}  // namespace
}  // namespace headgate::exchange
