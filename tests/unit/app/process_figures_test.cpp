#include "app/process_figures.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/socket.hpp"

namespace headgate::app {
namespace {

TEST(ProcessFigures, AreThoseOfThisProcess) {
  const admin::ProcessView figures = process_figures();

  EXPECT_EQ(figures.pid, ::getpid());
  EXPECT_GT(figures.cpu_seconds, 0);
  EXPECT_GT(figures.resident_bytes, 1'000'000U);
  EXPECT_GT(figures.virtual_bytes, figures.resident_bytes);
  EXPECT_GT(figures.max_fds, figures.open_fds);
}

TEST(ProcessFigures, CountOpenDescriptors) {
  const auto before = process_figures().open_fds;

  const testing::Socket one{::open("/dev/null", O_RDONLY | O_CLOEXEC)};

  EXPECT_EQ(process_figures().open_fds, before + 1);
}

TEST(ProcessFigures, KnowWhenTheProcessStarted) {
  const auto age = observe::wall_clock_now() - process_figures().started;

  EXPECT_GE(age, std::chrono::seconds{-1});  // the kernel counts in ticks
  EXPECT_LT(age, std::chrono::hours{1});
}

}  // namespace
}  // namespace headgate::app
