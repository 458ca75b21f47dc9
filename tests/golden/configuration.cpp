// Each tests/golden/config/NAME.json is loaded as "config.json" and compared with NAME.txt: the warnings and mistakes,
// or "valid"; for names that begin with "effective", the effective configuration too. HEADGATE_UPDATE_GOLDEN=1 writes
// the expected texts anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "config/effective.hpp"
#include "config/load.hpp"

namespace headgate::config {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path{HEADGATE_SOURCE_DIR} / "tests/golden/config";

std::string text_of(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

std::vector<std::string> case_names(const std::string& prefix) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator{folder})
    if (entry.path().extension() == ".json" && entry.path().stem().string().starts_with(prefix))
      out.push_back(entry.path().stem());
  std::sort(out.begin(), out.end());
  return out;
}

std::string outcome(const std::string& name, const std::string& text) {
  const Loaded loaded = load_text(text);
  std::string out;
  for (Diagnostic warning : loaded.warnings) {
    warning.message = "warning: " + warning.message;
    out += to_string("config.json", warning) + "\n";
  }
  for (const Diagnostic& diagnostic : loaded.diagnostics) out += to_string("config.json", diagnostic) + "\n";
  if (!loaded.settings) return out;
  return out + (name.starts_with("effective") ? effective_json(*loaded.settings) : "valid\n");
}

class GoldenConfiguration : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    setenv("HEADGATE_GOLDEN_SECRET", "s3cr3t!", 1);
    setenv("HEADGATE_GOLDEN_HOST", "10.9.8.7", 1);
    setenv("HEADGATE_GOLDEN_PORT", "8123", 1);
    setenv("HEADGATE_GOLDEN_WORKERS", "3", 1);
    unsetenv("HEADGATE_GOLDEN_UNSET");
  }
};

TEST_P(GoldenConfiguration, GivesTheExpectedText) {
  const fs::path expected_path = folder / (GetParam() + ".txt");

  const std::string actual = outcome(GetParam(), text_of(folder / (GetParam() + ".json")));

  if (std::getenv("HEADGATE_UPDATE_GOLDEN") != nullptr) std::ofstream{expected_path, std::ios::binary} << actual;
  EXPECT_EQ(text_of(expected_path), actual) << "HEADGATE_UPDATE_GOLDEN=1 writes the expected texts anew";
  for (const char* secret : {"s3cr3t", "10.9.8.7"}) EXPECT_EQ(actual.find(secret), std::string::npos) << actual;
}

/// Valid ones only.
class GoldenEffective : public GoldenConfiguration {};

TEST_P(GoldenEffective, LoadsAgainAndMeansTheSame) {
  const Loaded loaded = load_text(text_of(folder / (GetParam() + ".json")));
  ASSERT_TRUE(loaded.settings);
  const std::string once = effective_json(*loaded.settings);

  const Loaded again = load_text(once);

  ASSERT_TRUE(again.settings) << to_string("effective", again.diagnostics.front());
  EXPECT_EQ(effective_json(*again.settings), once);
}

INSTANTIATE_TEST_SUITE_P(Config, GoldenConfiguration, testing::ValuesIn(case_names("")),
                         [](const auto& test) { return test.param; });
INSTANTIATE_TEST_SUITE_P(Config, GoldenEffective, testing::ValuesIn(case_names("effective")),
                         [](const auto& test) { return test.param; });
INSTANTIATE_TEST_SUITE_P(ConfigWithWarnings, GoldenEffective, testing::ValuesIn(case_names("warns")),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace headgate::config
