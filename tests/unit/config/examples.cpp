// The files in config/ and the generated ones.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "config/load.hpp"
#include "config/reference.hpp"
#include "config/schema.hpp"

namespace headgate::config {
namespace {

const std::filesystem::path top{HEADGATE_SOURCE_DIR};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

std::vector<std::string> example_names() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator{top / "config"})
    if (entry.path().extension() == ".json" && entry.path().filename() != "config.schema.json")
      out.push_back(entry.path().stem());
  return out;
}

class Example : public testing::TestWithParam<std::string> {};

TEST_P(Example, LoadsWithoutMistakesAndWarnings) {
  ::setenv("HEADGATE_ADMIN_TOKEN", "of-the-test", 1);  // what the Deployment brings along
  const Loaded loaded = load_file(top / "config" / (GetParam() + ".json"));

  for (const Diagnostic& each : loaded.diagnostics) ADD_FAILURE() << to_string(GetParam(), each);
  for (const Diagnostic& each : loaded.warnings) ADD_FAILURE() << to_string(GetParam(), each);
  EXPECT_TRUE(loaded.settings);
}

INSTANTIATE_TEST_SUITE_P(Config, Example, testing::ValuesIn(example_names()),
                         [](const auto& test) { return test.param; });

/// The blocks of JSON in a page that are whole configurations.
std::vector<std::string> configurations_in(const std::string& page) {
  std::vector<std::string> out;
  constexpr std::string_view fence = "```json\n";
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    const std::string block = page.substr(at, page.find("```", at) - at);
    if (block.find("\"listen") != std::string::npos) out.push_back(block);
  }
  return out;
}

TEST(Documentation, ItsConfigurationsLoadWithoutMistakes) {
  ::setenv("SHOP_COOKIE_SECRET", "a secret of the test", 1);
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator{top / "docs"}) {
    for (const std::string& text : configurations_in(text_of(entry.path()))) {
      ++count;
      const Loaded loaded = load_text(text);
      for (const Diagnostic& each : loaded.diagnostics) ADD_FAILURE() << to_string(entry.path().string(), each);
    }
  }
  EXPECT_GE(count, 2U);
}

TEST(Generated, SchemaIsTheCommittedOne) {
  EXPECT_EQ(text_of(top / "config/config.schema.json"), schema_json())
      << "regenerate it: headgate schema > config/config.schema.json";
}

TEST(Generated, ReferenceIsTheCommittedOne) {
  EXPECT_EQ(text_of(top / "docs/configuration.md"), reference_markdown())
      << "regenerate it: headgate schema --docs > docs/configuration.md";
}

}  // namespace
}  // namespace headgate::config
