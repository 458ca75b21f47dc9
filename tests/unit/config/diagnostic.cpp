#include "config/diagnostic.hpp"

#include <gtest/gtest.h>

namespace headgate::config {
namespace {

TEST(Diagnostic, ShowsControlCharactersOfTheFileWithoutSendingThemToTheTerminal) {
  const Diagnostic diagnostic{1, 2, "/a\x1b[2J\x7f", "unknown key \"b\n\xc2\x9b\""};

  const std::string line = to_string("config.json", diagnostic);

  EXPECT_EQ(line, R"(config.json:1:2: /a\u001b[2J\u007f: unknown key "b\u000a\u009b")");
}

TEST(Diagnostic, LeavesOtherBytesAsTheyAre) {
  EXPECT_EQ(to_string("f", {0, 0, "/caf\xc3\xa9", "\xc2\xa0"}), "f: /caf\xc3\xa9: \xc2\xa0");
}

}  // namespace
}  // namespace headgate::config
