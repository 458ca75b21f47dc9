#include "config/check_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace headgate::config {
namespace {

using testing::HasSubstr;

class Check : public testing::Test {
 protected:
  Check() : path_{std::filesystem::path{testing::TempDir()} / ("check_" + std::to_string(getpid()) + ".json")} {}
  ~Check() override { std::filesystem::remove(path_); }
  int run(const std::string& text, bool print = false, bool json = false) {
    std::ofstream{path_, std::ios::binary} << text;
    return check(path_, print, json, out_, err_);
  }

  std::string path_;
  std::ostringstream out_;
  std::ostringstream err_;
};

const std::string valid = R"({ "listen": ":8080", "backends": ["http://a", "http://b"] })";
const std::string mistaken = R"({ "listen": ":8080", "backends": ["http://a"], "x": 1, "y": 2 })";
const std::string doubtful = R"({ "listen": ":8080", "backends": ["http://a", "http://a"] })";

TEST_F(Check, SumsAValidFileUp) {
  EXPECT_EQ(run(valid), 0);

  EXPECT_EQ(out_.str(), path_ + ": valid (1 listener, 1 route, 1 upstream, 2 backends)\n");
  EXPECT_EQ(err_.str(), "");
}

TEST_F(Check, WritesMistakesToStderrWithTheirCount) {
  EXPECT_EQ(run(mistaken), 1);

  EXPECT_EQ(out_.str(), "");
  EXPECT_THAT(err_.str(), HasSubstr(path_ + ":1:48: /x: unknown key\n"));
  EXPECT_THAT(err_.str(), HasSubstr(path_ + ": 2 mistakes\n"));
}

TEST_F(Check, WritesWarningsToStderrAndStillSucceeds) {
  EXPECT_EQ(run(doubtful), 0);

  EXPECT_THAT(err_.str(), HasSubstr("/backends/1: warning: the same backend stands twice"));
  EXPECT_THAT(out_.str(), HasSubstr(": valid ("));
}

TEST_F(Check, PrintsTheEffectiveConfigurationAlone) {
  EXPECT_EQ(run(valid, true), 0);

  const auto printed = nlohmann::json::parse(out_.str());
  EXPECT_EQ(printed.at("limits").at("header_count"), 100);
}

TEST_F(Check, TellsAFileThatCannotBeReadFromOneWithMistakes) {
  EXPECT_EQ(check("/nonexistent/config.json", false, false, out_, err_), 2);

  EXPECT_EQ(err_.str(), "/nonexistent/config.json: could not be read: No such file or directory\n");
}

TEST_F(Check, WritesOneJsonObjectForPrograms) {
  EXPECT_EQ(run(mistaken, false, true), 1);

  const auto written = nlohmann::json::parse(out_.str());
  EXPECT_EQ(written.at("valid"), false);
  EXPECT_EQ(written.at("file"), path_);
  EXPECT_EQ(written.at("diagnostics").at(0),
            nlohmann::json::parse(R"({"line":1,"column":48,"pointer":"/x","message":"unknown key"})"));
  EXPECT_EQ(written.at("diagnostics").size(), 2U);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(Check, PutsTheEffectiveConfigurationIntoTheJsonObject) {
  EXPECT_EQ(run(valid, true, true), 0);

  const auto written = nlohmann::json::parse(out_.str());
  EXPECT_EQ(written.at("valid"), true);
  EXPECT_EQ(written.at("effective").at("listeners").at(0).at("address"), "0.0.0.0:8080");
}

}  // namespace
}  // namespace headgate::config
