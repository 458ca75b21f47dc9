#include "base/constant_time.hpp"

#include <gtest/gtest.h>

namespace headgate::base {
namespace {

TEST(EqualsSecret, TellsEqualFromDifferent) {
  EXPECT_TRUE(equals_secret("secret", "secret"));
  EXPECT_FALSE(equals_secret("secreT", "secret"));
  EXPECT_FALSE(equals_secret("secretsecret", "secret"));
  EXPECT_FALSE(equals_secret("secr", "secret"));
  EXPECT_FALSE(equals_secret("", "secret"));
  EXPECT_TRUE(equals_secret("", ""));
  EXPECT_FALSE(equals_secret("x", ""));
}

}  // namespace
}  // namespace headgate::base
