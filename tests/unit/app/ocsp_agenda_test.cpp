#include "app/ocsp_agenda.hpp"

#include <gtest/gtest.h>

namespace headgate::app {
namespace {

using namespace std::chrono_literals;

TEST(OcspAgenda, RenewsWhenHalfOfTheValidityIsOver) {
  constexpr std::chrono::sys_seconds now{1'000h};

  EXPECT_EQ(renew_after(now + 48h, now), 24h);
  EXPECT_EQ(renew_after(now + 6h, now), 3h);
  EXPECT_EQ(renew_after(now + 30s, now), 1min);
  EXPECT_EQ(renew_after(now - 1h, now), 1min);
}

TEST(OcspAgenda, RenewsEachDayWhateverTheAnswerIsValidFor) {
  constexpr std::chrono::sys_seconds now{1'000h};
  constexpr std::chrono::sys_seconds year_9999{253'402'300'799s};

  EXPECT_EQ(renew_after(now + std::chrono::days{3'650}, now), 24h);
  EXPECT_EQ(renew_after(year_9999, now), 24h);
}

TEST(OcspAgenda, AsksLessAndLessOftenAfterFailures) {
  EXPECT_EQ(retry_after(1), 1s);
  EXPECT_EQ(retry_after(2), 2s);
  EXPECT_EQ(retry_after(5), 16s);
  EXPECT_EQ(retry_after(13), 1h);
  EXPECT_EQ(retry_after(4'000'000'000U), 1h);
}

}  // namespace
}  // namespace headgate::app
