#include "http/scan.hpp"

#include <gtest/gtest.h>

#include <string>

namespace headgate::http {
namespace {

TEST(FindValueEnd, StopsAtEveryByteThatAValueMayNotHoldAtEveryOffset) {
  for (int c = 0; c < 256; ++c) {
    for (std::size_t offset = 0; offset < 40; ++offset) {
      std::string text(40, 'a');
      text[offset] = static_cast<char>(c);
      const bool allowed = c == '\t' || (c >= 0x20 && c != 0x7f);

      EXPECT_EQ(find_value_end(text.data(), 0, text.size()), allowed ? text.size() : offset) << c << " at " << offset;
    }
  }
}

TEST(FindValueEnd, PassesTabsAndBytesAbove7f) {
  const std::string text = "\t\xff\t\x80\xa0 a\t\t\t\t\t\t\t\t\t\x7f";

  EXPECT_EQ(find_value_end(text.data(), 0, text.size()), text.size() - 1);
}

TEST(FindValueEnd, LooksOnlyBetweenItsBounds) {
  const std::string text = "\naaaaaaaaaaaaa\n";

  EXPECT_EQ(find_value_end(text.data(), 1, 9), 9U);
  EXPECT_EQ(find_value_end(text.data(), 5, 5), 5U);
}

TEST(FindTokenEnd, FindsEveryByteThatNoTokenHoldsAtEveryOffset) {
  for (int c = 0; c < 256; ++c) {
    const bool allowed = base::is_token_char(static_cast<char>(c));
    for (std::size_t offset = 0; offset < 40; ++offset) {
      std::string text(40, 'N');
      text[offset] = static_cast<char>(c);
      EXPECT_EQ(find_token_end(text.data(), 0, text.size()), allowed ? text.size() : offset) << c << " at " << offset;
    }
  }
}

TEST(FindTokenEnd, GoesOnBehindUnusualBytes) {
  const std::string text = "x_1.2~3-and-a-long-rest-of-the-name: value";

  EXPECT_EQ(find_token_end(text.data(), 0, text.size()), text.find(':'));
  EXPECT_EQ(find_token_end(text.data(), 3, 9), 9U);
}

}  // namespace
}  // namespace headgate::http
