#include "upstream/ejection.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace headgate::upstream {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t start = 1'000'000 * second;

config::PassiveHealth rules(config::Duration eject_for = 10s, config::Duration most = 60s) {
  config::PassiveHealth rules;
  rules.eject_for = eject_for;
  rules.max_eject_for = most;
  return rules;
}

/// Ejects, waits the ejection out, and stays in for `back` afterwards. The length of the ejection in seconds.
std::uint64_t eject_once(Ejection& ejection, std::uint64_t& now, std::uint64_t back) {
  const auto term = ejection.next(rules(), now);
  ejection.begin(term);
  const std::uint64_t length = term.until - now;
  now = term.until;
  ejection.end(now);
  now += back;
  return length / second;
}

TEST(Ejection, IsWarrantedByFailuresInARow) {
  EXPECT_FALSE(Ejection::warranted(rules(), 4, {}));
  EXPECT_TRUE(Ejection::warranted(rules(), 5, {}));
}

TEST(Ejection, IsWarrantedByAShareOfFailuresOnlyWhenTheConfigurationSaysSo) {
  config::PassiveHealth share = rules();
  EXPECT_FALSE(Ejection::warranted(share, 0, {100, 100}));

  share.failure_percent = 30;

  EXPECT_FALSE(Ejection::warranted(share, 0, {100, 29}));
  EXPECT_TRUE(Ejection::warranted(share, 0, {100, 30}));
}

TEST(Ejection, IsNeverWarrantedWhenAllIsOff) {
  config::PassiveHealth off = rules();
  off.consecutive_failures = 0;

  EXPECT_FALSE(Ejection::warranted(off, 1000, {1000, 1000}));
}

TEST(Ejection, DoublesWhenItFollowsSoonUpToTheLongest) {
  Ejection ejection;
  std::uint64_t now = start;
  std::vector<std::uint64_t> lengths;

  for (int i = 0; i < 5; ++i) lengths.push_back(eject_once(ejection, now, second));

  EXPECT_EQ(lengths, (std::vector<std::uint64_t>{10, 20, 40, 60, 60}));
}

TEST(Ejection, ForgetsTheDoublingAfterBeingBackForAsLongAsItWouldBeEjected) {
  Ejection ejection;
  std::uint64_t now = start;
  eject_once(ejection, now, second);

  EXPECT_EQ(eject_once(ejection, now, 39 * second), 20U);  // the next would be 40
  EXPECT_EQ(eject_once(ejection, now, 60 * second), 40U);
  EXPECT_EQ(eject_once(ejection, now, 0), 10U);
}

TEST(Ejection, CountsThoseInARow) {
  Ejection ejection;
  std::uint64_t now = start;
  eject_once(ejection, now, 0);
  eject_once(ejection, now, 0);

  EXPECT_EQ(ejection.term().times, 2U);
}

TEST(Ejection, IsOverAtItsTimeAndNotBefore) {
  Ejection ejection;
  ejection.begin({start + 10 * second, 1});

  EXPECT_FALSE(ejection.over(start + 10 * second - 1));
  EXPECT_TRUE(ejection.over(start + 10 * second));

  ejection.end(start + 10 * second);

  EXPECT_FALSE(ejection.over(start + 11 * second));
  EXPECT_EQ(ejection.ended_at(), start + 10 * second);
}

TEST(EjectionQuota, RoundsDown) {
  EjectionQuota quota;
  quota.set_limit(3, 50);

  EXPECT_TRUE(quota.take());
  EXPECT_FALSE(quota.take());
}

TEST(EjectionQuota, EjectsNoneOfTooFew) {
  EjectionQuota quota;
  quota.set_limit(1, 50);

  EXPECT_FALSE(quota.take());
}

TEST(EjectionQuota, TakesBackWhatIsOver) {
  EjectionQuota quota;
  quota.set_limit(2, 50);
  ASSERT_TRUE(quota.take());

  quota.give_back();

  EXPECT_EQ(quota.taken(), 0U);
  EXPECT_TRUE(quota.take());
}

TEST(EjectionQuota, KeepsWhatIsTakenWhenTheLimitShrinks) {
  EjectionQuota quota;
  quota.set_limit(4, 50);
  quota.take();
  quota.take();

  quota.set_limit(2, 50);

  EXPECT_EQ(quota.taken(), 2U);
  quota.give_back();
  EXPECT_FALSE(quota.take());
}

}  // namespace
}  // namespace headgate::upstream
