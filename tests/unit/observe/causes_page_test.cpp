#include "observe/causes_page.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "headgate/cause.hpp"

namespace headgate::observe {
namespace {

const std::string page_path = std::string{HEADGATE_SOURCE_DIR} + "/docs/causes.md";

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

TEST(CausesPage, TheCommittedPageIsTheGeneratedOne) {  // HEADGATE_UPDATE_GOLDEN=1 rewrites it
  if (std::getenv("HEADGATE_UPDATE_GOLDEN") != nullptr) std::ofstream{page_path} << causes_markdown();

  EXPECT_EQ(read(page_path), causes_markdown());
}

TEST(CausesPage, NamesEveryCauseButNone) {
  const std::string page = causes_markdown();

  for (std::size_t i = 1; i < cause_table.size(); ++i) {
    EXPECT_NE(page.find("| `" + std::string{cause_table[i].name} + "` |"), std::string::npos) << cause_table[i].name;
  }
  EXPECT_EQ(page.find("`NONE`"), std::string::npos);
}

TEST(CausesPage, HasSevenCellsInEachRow) {  // a bar in a text would shift them
  std::istringstream page{causes_markdown()};

  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| ")) {
      EXPECT_EQ(std::count(line.begin(), line.end(), '|'), 8) << line;
    }
  }
}

}  // namespace
}  // namespace headgate::observe
