#include "base/random_bytes.hpp"

#include <gtest/gtest.h>

namespace headgate::base {
namespace {

TEST(RandomHex, HasTwoDigitsAByte) {
  const std::string digits = random_hex(32);

  EXPECT_EQ(digits.size(), 64U);
  EXPECT_EQ(digits.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(RandomHex, IsAnotherEachTime) { EXPECT_NE(random_hex(16), random_hex(16)); }

}  // namespace
}  // namespace headgate::base
