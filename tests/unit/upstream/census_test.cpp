#include "upstream/census.hpp"

#include <gtest/gtest.h>

#include "cluster_fixture.hpp"

namespace headgate::upstream {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr SpreadRules slow{0, hours{1}};

class CensusTest : public ClusterFixture {
 protected:
  /// Of a member that came back at one time, at another; both since the machine has booted.
  std::uint32_t weight(std::chrono::nanoseconds back_since, std::chrono::nanoseconds now) {
    members_[0].state().back_since = static_cast<std::uint64_t>(back_since.count());
    census_.take(members_, slow, static_cast<std::uint64_t>(now.count()));
    return census_.weight(0);
  }

  std::vector<Member> members_{member(1, 2)};
  Census census_{members_};
};

TEST_F(CensusTest, LetsAWeightGrowDuringTheSlowStart) {
  EXPECT_EQ(weight(hours{5}, hours{5}), 20U);
  EXPECT_EQ(weight(hours{5}, hours{5} + minutes{30}), 110U);
  EXPECT_EQ(weight(hours{5}, hours{6}), 200U);
}

TEST_F(CensusTest, GivesWhoWasThereFromTheStartAllItsWeightOnAMachineThatHasJustBooted) {
  const std::chrono::nanoseconds long_ago{0};

  EXPECT_EQ(weight(long_ago, minutes{1}), 200U);
}

}  // namespace
}  // namespace headgate::upstream
