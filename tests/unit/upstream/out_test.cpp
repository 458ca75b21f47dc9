#include "upstream/out.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace headgate::upstream {
namespace {

TEST(Out, IsTold) {
  EXPECT_EQ(describe(0), "up");
  EXPECT_EQ(describe(bit(Out::ejected)), "ejected");
  EXPECT_EQ(describe(bit(Out::drained) | bit(Out::unhealthy)), "drained, unhealthy");
}

TEST(Out, EveryReasonHasItsOwnWordsWhenNobodyIsLeft) {
  std::set<std::string> words{why_nobody(0)};
  for (const Out reason :
       {Out::drained, Out::unhealthy, Out::unprobed, Out::ejected, Out::breaker_open, Out::unresolved})
    words.insert(why_nobody(bit(reason)));

  EXPECT_EQ(words.size(), 7U);
  EXPECT_STREQ(why_nobody(bit(Out::ejected) | bit(Out::drained)), "all are out, for more than one reason");
}

}  // namespace
}  // namespace headgate::upstream
