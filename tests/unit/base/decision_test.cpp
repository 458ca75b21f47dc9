#include "base/decision.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace headgate::base {
namespace {

TEST(HoldsOver, TheLaterDecisionWhoeverMadeIt) {
  EXPECT_TRUE(holds_over(2, "a", 1, "b"));
  EXPECT_FALSE(holds_over(1, "b", 2, "a"));
}

TEST(HoldsOver, TheGreaterNameAtTheSameTime) {
  EXPECT_TRUE(holds_over(1, "b", 1, "a"));
  EXPECT_FALSE(holds_over(1, "a", 1, "b"));
}

TEST(HoldsOver, NothingOverItself) { EXPECT_FALSE(holds_over(1, "a", 1, "a")); }

TEST(InstanceName, NamesTheHostAndTheProcess) {
  EXPECT_TRUE(instance_name().ends_with(":" + std::to_string(::getpid())));
}

}  // namespace
}  // namespace headgate::base
