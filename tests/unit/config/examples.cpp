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
#include "support/temporary_folder.hpp"
#include "support/test_certificate.hpp"

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

class Example : public ::testing::TestWithParam<std::string> {};

TEST_P(Example, LoadsWithoutMistakesAndWarnings) {
  ::setenv("HEADGATE_ADMIN_TOKEN", "of-the-test", 1);  // what the Deployment brings along
  const Loaded loaded = load_file(top / "config" / (GetParam() + ".json"));

  for (const Diagnostic& each : loaded.diagnostics) ADD_FAILURE() << to_string(GetParam(), each);
  for (const Diagnostic& each : loaded.warnings) ADD_FAILURE() << to_string(GetParam(), each);
  EXPECT_TRUE(loaded.settings);
}

INSTANTIATE_TEST_SUITE_P(Config, Example, ::testing::ValuesIn(example_names()),
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

/// The files that configurations of pages name, in a folder where it is looked for them.
class FilesOfPages {
 public:
  FilesOfPages() : before_{std::filesystem::current_path()} {
    std::filesystem::create_directory(folder_.path() / "tls");
    for (const std::string name : {"site", "site-rsa", "own"}) {
      const auto pem = testing::make_certificate({"www.example.org"});
      testing::write_file(folder_.path() / ("tls/" + name + ".pem"), pem.certificates);
      testing::write_file(folder_.path() / ("tls/" + name + ".key"), pem.key);
    }
    for (const char* name : {"clients-ca", "backends-ca"})
      testing::write_file(folder_.path() / "tls" / (std::string{name} + ".pem"),
                          testing::make_certificate({}).certificates);
    for (const char* name : {"clients-crl", "backends-crl"})
      testing::write_file(folder_.path() / "tls" / (std::string{name} + ".pem"),
                          testing::make_revocation_list(testing::make_certificate({}, {.common_name = "Other"}), {}));
    for (const char* name : {"tickets-new", "tickets-old"})
      testing::write_file(folder_.path() / "tls" / (std::string{name} + ".key"), std::string(80, 'k'));
    std::filesystem::current_path(folder_.path());
  }
  ~FilesOfPages() { std::filesystem::current_path(before_); }

 private:
  std::filesystem::path before_;
  testing::TemporaryFolder folder_;
};

TEST(Documentation, ItsConfigurationsLoadWithoutMistakes) {
  const FilesOfPages files;
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
