#include "http2/window_shares.hpp"

#include <gtest/gtest.h>

namespace headgate::http2 {
namespace {

constexpr std::uint64_t KiB = 1024;
constexpr std::uint64_t MiB = 1024 * KiB;

int widen_all(WindowShares& shares) {
  int widened = 0;
  while (widened < 100'000 && shares.widen()) ++widened;
  return widened;
}

TEST(WindowShares, WidenStreamsWhileThereIsSomeToSpare) {
  WindowShares shares{{.connection = 12 * MiB, .stream = 256 * KiB, .streams = 128}};

  EXPECT_EQ(shares.first(), 64 * 1024);
  EXPECT_EQ(shares.full(), 256 * 1024);
  EXPECT_EQ(widen_all(shares), 21);  // of 192 KiB each, in 4 MiB
}

TEST(WindowShares, WidenAnotherStreamWhenOneHasEnded) {
  WindowShares shares{{.connection = 12 * MiB, .stream = 256 * KiB, .streams = 128}};
  widen_all(shares);

  shares.give_back();

  EXPECT_EQ(widen_all(shares), 1);
}

TEST(WindowShares, GiveTheConnectionTwiceWhatTheStreamsHold) {
  EXPECT_EQ((WindowShares{{12 * MiB, 256 * KiB, 128}}.connection()), 24 * 1024 * 1024);
}

TEST(WindowShares, KeepTheFirstWindowOfEachStreamAndOneFullOneHoweverSmallTheConnectionsIs) {
  WindowShares shares{{.connection = 64 * KiB, .stream = 256 * KiB, .streams = 10}};

  EXPECT_EQ(shares.connection(), 2 * (10 * 64 + 192) * 1024);
  EXPECT_EQ(widen_all(shares), 1);
}

TEST(WindowShares, KeepToWhatTheProtocolCanSay) {
  EXPECT_EQ((WindowShares{{4096 * MiB, 256 * MiB, 10'000}}.connection()), 0x7fffffff);
}

}  // namespace
}  // namespace headgate::http2
