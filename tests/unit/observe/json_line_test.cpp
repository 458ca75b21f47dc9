#include "observe/json_line.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "support/log_lines.hpp"

namespace headgate::observe {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

struct Case {
  std::string_view bytes;
  std::string_view expected;  ///< inside the quotes
};
constexpr std::string_view r = "\xEF\xBF\xBD";

TEST(JsonEscaping, LeavesPlainTextAndWellFormedUtf8AsTheyAre) {
  for (const std::string_view text :
       {"", "plain /path_~", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xEF\xBF\xBF"}) {
    EXPECT_EQ(escaped(text), text);
  }
}

TEST(JsonEscaping, EscapesQuotesAndControlCharacters) {
  const Case cases[] = {{"a\"b", "a\\\"b"},       {"a\\b", "a\\\\b"},          {"\n\r\t", "\\n\\r\\t"},
                        {"\x01", "\\u0001"},      {"\x1b[31m", "\\u001b[31m"}, {"\x7f", "\\u007f"},
                        {{"\0x", 2}, "\\u0000x"}, {"\xC2\x9B", "\\u009b"}};  // the last: CSI in one character
  for (const Case& c : cases) EXPECT_EQ(escaped(c.bytes), c.expected);
}

TEST(JsonEscaping, ReplacesEachByteOfMalformedUtf8) {
  const std::pair<std::string_view, int> cases[] = {{"\xFF", 1},
                                                    {"\x80", 1},
                                                    {"\xC3", 1},
                                                    {"\xC0\xAF", 2},
                                                    {"\xE0\x80\xAF", 3},
                                                    {"\xED\xA0\x80", 3},
                                                    {"\xE2\x82", 2},
                                                    {"\xF0\x9F\x98", 3},
                                                    {"\xF4\x90\x80\x80", 4},
                                                    {"\xF0\x80\x80\x80", 4},
                                                    {"\xF5\x80\x80\x80", 4}};
  for (const auto& [bytes, count] : cases) {
    std::string expected;
    for (int i = 0; i < count; ++i) expected += r;
    EXPECT_EQ(escaped(bytes), expected);
  }
}

TEST(JsonEscaping, KeepsWhatFollowsAMalformedSequence) {
  EXPECT_EQ(escaped("\xC3\""), std::string{r} + "\\\"");
  EXPECT_EQ(escaped("\xE2\x82\n"), std::string{r} + std::string{r} + "\\n");
}

TEST(JsonEscaping, MakesEveryPairOfBytesParseable) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second), '"'};
      std::string line;
      JsonLine object{line};
      object.text("t", text);
      object.end();

      ASSERT_TRUE(json::accept(line)) << first << " " << second;
      ASSERT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
      ASSERT_TRUE(json::parse(line)["t"].get<std::string>().ends_with('"'));
    }
  }
}

TEST(JsonLine, WritesMembersOfEachKind) {
  std::string line;
  JsonLine object{line};

  object.text("a", "x");
  object.text("b", "cut", true);
  object.number("c", std::int64_t{-5});
  object.number("d", 2.5);
  object.number("e", std::numeric_limits<double>::infinity());
  object.millis("f", 12'045);
  object.end();

  EXPECT_EQ(line, "{\"a\":\"x\",\"b\":\"cut\xE2\x80\xA6\",\"c\":-5,\"d\":2.5,\"e\":null,\"f\":12.045}\n");
}

}  // namespace
}  // namespace headgate::observe
