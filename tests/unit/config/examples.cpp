// The files in config/ and the generated ones.
#include <gtest/gtest.h>

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
  const Loaded loaded = load_file(top / "config" / (GetParam() + ".json"));

  for (const Diagnostic& each : loaded.diagnostics) ADD_FAILURE() << to_string(GetParam(), each);
  for (const Diagnostic& each : loaded.warnings) ADD_FAILURE() << to_string(GetParam(), each);
  EXPECT_TRUE(loaded.settings);
}

INSTANTIATE_TEST_SUITE_P(Config, Example, testing::ValuesIn(example_names()),
                         [](const auto& test) { return test.param; });

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
