#include "base/sha256.hpp"

#include <gtest/gtest.h>

namespace headgate::base {
namespace {

TEST(Sha256, IsTheSameForTheSameTexts) {
  EXPECT_EQ(Sha256{}.add("a").add("bc").finish(), Sha256{}.add("a").add("bc").finish());
  EXPECT_EQ(Sha256{}.finish().size(), 32U);
}

TEST(Sha256, TellsTextsApartThatAreTheSameInARow) {
  EXPECT_NE(Sha256{}.add("a").add("bc").finish(), Sha256{}.add("ab").add("c").finish());
  EXPECT_NE(Sha256{}.add("").finish(), Sha256{}.finish());
}

}  // namespace
}  // namespace headgate::base
