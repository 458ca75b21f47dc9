#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "config/effective.hpp"

namespace headgate::config {
namespace {

using testing::HasSubstr;

const std::string shortest = R"({ "listen": "127.0.0.1:8080", "backends": ["http://127.0.0.1:9001"] })";

std::string first_mistake(const std::string& text) {
  const Loaded loaded = load_text(text);
  return loaded.diagnostics.empty() ? "" : to_string("config.json", loaded.diagnostics.front());
}

TEST(Load, ReadsTheShortFormAsAWholeConfiguration) {
  const Loaded loaded = load_text(shortest);

  ASSERT_TRUE(loaded.settings);
  EXPECT_EQ(loaded.settings->listeners.at(0).address, (Endpoint{"127.0.0.1", 8080, ""}));
  EXPECT_EQ(loaded.settings->routes.at(0).upstreams.at(0).name, "default");
  EXPECT_EQ(loaded.settings->upstreams.at("default").name, "default");
  EXPECT_EQ(loaded.settings->upstreams.at("default").backends.at(0).address, (Endpoint{"127.0.0.1", 9001, ""}));
}

TEST(Load, KeepsTheDefaultsOfTheStructs) {
  const Loaded loaded = load_text(shortest);

  ASSERT_TRUE(loaded.settings);
  EXPECT_EQ(loaded.settings->workers, Settings{}.workers);
  EXPECT_EQ(loaded.settings->limits.body_bytes, Limits{}.body_bytes);
  EXPECT_EQ(loaded.settings->timeouts.drain, Timeouts{}.drain);
  EXPECT_EQ(loaded.settings->logging.retention, Logging{}.retention);
}

TEST(Load, NamesWhatHasNoName) {
  const Loaded loaded = load_text(R"({
    "listeners": [{ "address": ":8080" }, { "name": "b", "address": "[::1]:81" }],
    "routes": [{ "match": { "path": "/a" }, "respond": {} }, { "name": "rest", "respond": {} }] })");

  ASSERT_TRUE(loaded.settings);
  EXPECT_EQ(loaded.settings->listeners[0].name, "0.0.0.0:8080");
  EXPECT_EQ(loaded.settings->listeners[1].name, "b");
  EXPECT_EQ(loaded.settings->routes[0].name, "route-0");
  EXPECT_EQ(loaded.settings->routes[1].name, "rest");
}

TEST(Load, WritesAMistakeWithFileLineColumnPointerAndTheNearestKey) {
  EXPECT_EQ(
      first_mistake("{\n  \"listen\": \":80\",\n  \"backends\": [{ \"url\": \"http://a\",\n    \"weigth\": 1 }]\n}"),
      "config.json:4:5: /backends/0/weigth: unknown key; did you mean \"weight\"?");
}

TEST(Load, CountsColumnsInBytes) {
  EXPECT_THAT(first_mistake("{ \"listen\": \"\xC3\xA4\", \"backends\": [\"http://a\"] }"),
              HasSubstr("config.json:1:13: /listen: "));
}

TEST(Load, CountsLinesOfAFileWithCarriageReturns) {
  EXPECT_THAT(first_mistake("{\r\n\"listen\": \":80\", \"backends\": [\"http://a\"],\r\n\"limit\": 1 }"),
              HasSubstr("config.json:3:1: /limit: "));
}

TEST(Load, LetsAByteOrderMarkPass) {
  const Loaded loaded = load_text("\xEF\xBB\xBF" + shortest);

  EXPECT_TRUE(loaded.settings);
}

TEST(Load, FollowsEscapesInKeysAndValuesWhenItCountsColumns) {
  EXPECT_THAT(first_mistake(R"({ "listen": ":80", "backends": ["http://a"], "$schema": "\"\\", "a\"b\\": "\"\\" })"),
              HasSubstr("config.json:1:65: /a\"b\\: unknown key"));
  EXPECT_THAT(first_mistake(R"({ "$schema": "\"\\", "listen": 5, "backends": ["http://a"] })"),
              HasSubstr("config.json:1:32: /listen"));
}

TEST(Load, GivesNoSettingsWhenThereIsAnyMistake) {
  const Loaded loaded = load_text(R"({ "listen": ":80", "backends": ["http://a"], "watch": 1 })");

  EXPECT_FALSE(loaded.settings);
  EXPECT_EQ(loaded.diagnostics.size(), 1U);
}

TEST(Load, RefusesTextThatIsNotUtf8) {
  EXPECT_THAT(first_mistake("{ \"listen\": \"\xFF\" }"), HasSubstr("not valid JSON"));
}

TEST(Load, HashesTheText) {
  EXPECT_EQ(load_text(shortest).hash.size(), 16U);
  EXPECT_EQ(load_text(shortest).hash, load_text(shortest).hash);
  EXPECT_NE(load_text(shortest).hash, load_text(shortest + "\n").hash);
}

TEST(Load, HashesWhatReferencesBringIn) {
  const std::string text = R"({ "listen": ":80", "backends": ["http://${env:HEADGATE_TEST_HOST}"] })";

  setenv("HEADGATE_TEST_HOST", "a", 1);
  const std::string first = load_text(text).hash;
  setenv("HEADGATE_TEST_HOST", "b", 1);
  const std::string second = load_text(text).hash;

  EXPECT_NE(first, second);
}

class LoadFile : public testing::Test {
 protected:
  LoadFile() : folder_{std::filesystem::path{testing::TempDir()} / ("load_file_" + std::to_string(getpid()))} {
    std::filesystem::create_directories(folder_);
  }
  ~LoadFile() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream{folder_ / name, std::ios::binary} << text;
    return folder_ / name;
  }

  std::filesystem::path folder_;
};

TEST_F(LoadFile, SaysWhyAFileCouldNotBeRead) {
  const Loaded missing = load_file(folder_ / "missing.json");
  const Loaded directory = load_file(folder_);

  EXPECT_TRUE(missing.unreadable);
  EXPECT_EQ(to_string("c.json", missing.diagnostics.at(0)), "c.json: could not be read: No such file or directory");
  EXPECT_EQ(directory.diagnostics.at(0).message, "could not be read: it is a directory");
}

TEST_F(LoadFile, RefusesAnOversizedFile) {
  const std::string path = write("large.json", std::string(max_file_bytes + 1, ' '));

  const Loaded loaded = load_file(path);

  EXPECT_TRUE(loaded.unreadable);
  EXPECT_THAT(loaded.diagnostics.at(0).message, HasSubstr("larger than"));
}

TEST_F(LoadFile, ReadsWhatFileReferencesNameAndTellsTheirPaths) {
  const std::string secret = write("secret", "s3cret\n");
  const std::string path = write("config.json", R"({ "listen": ":80", "backends": ["http://a"],
    "logging": { "directory": "/${file:)" + secret + R"(}" } })");

  const Loaded loaded = load_file(path);

  ASSERT_TRUE(loaded.settings) << loaded.diagnostics.at(0).message;
  EXPECT_EQ(loaded.settings->logging.directory, "/s3cret");
  EXPECT_EQ(loaded.files, std::vector<std::string>{secret});
  EXPECT_THAT(effective_json(*loaded.settings), testing::Not(HasSubstr("s3cret\"")));
}

TEST_F(LoadFile, RefusesAnOversizedReference) {
  const std::string secret = write("secret", std::string(70'000, 'x'));

  const Loaded loaded = load_text(R"({ "listen": ":80", "backends": ["http://${file:)" + secret + R"(}"] })");

  ASSERT_EQ(loaded.diagnostics.size(), 1U);
  EXPECT_THAT(loaded.diagnostics[0].message, HasSubstr("larger than 65536 bytes"));
}

TEST(Interpolation, LeavesTheVariablesOfRedirectsAlone) {
  const Loaded loaded = load_text(R"({ "listeners": [{ "address": ":80" }],
    "routes": [{ "redirect": { "location": "https://${host}${path}${query}" } }] })");

  ASSERT_TRUE(loaded.settings);
  EXPECT_EQ(loaded.settings->routes[0].redirect->location, "https://${host}${path}${query}");
}

TEST(Interpolation, TakesADoubledDollarForAPlainOne) {
  const Loaded loaded = load_text(R"({ "listeners": [{ "address": ":80" }],
    "routes": [{ "respond": { "body": "$${env:HOME} $$ $" } }] })");

  ASSERT_TRUE(loaded.settings);
  EXPECT_EQ(loaded.settings->routes[0].respond->body, "${env:HOME} $$ $");
}

TEST(Interpolation, BringsInNumbersAndBooleans) {
  setenv("HEADGATE_TEST_COUNT", "7", 1);
  setenv("HEADGATE_TEST_SWITCH", "false", 1);

  const Loaded loaded =
      load_text(R"({ "listen": ":80", "backends": ["http://a"], "watch": "${env:HEADGATE_TEST_SWITCH}",
    "workers": "${env:HEADGATE_TEST_COUNT}", "limits": { "body_bytes": "${env:HEADGATE_TEST_COUNT}" } })");

  ASSERT_TRUE(loaded.settings) << loaded.diagnostics.at(0).message;
  EXPECT_EQ(loaded.settings->workers, 7U);
  EXPECT_EQ(loaded.settings->limits.body_bytes, 7U);
  EXPECT_FALSE(loaded.settings->watch);
}

TEST(Interpolation, DoesNotResolveWhatItBroughtIn) {
  setenv("HEADGATE_TEST_NESTED", "${env:HOME}", 1);

  const Loaded loaded = load_text(R"({ "listeners": [{ "address": ":80" }],
    "routes": [{ "respond": { "body": "${env:HEADGATE_TEST_NESTED}" } }] })");

  ASSERT_TRUE(loaded.settings);
  EXPECT_EQ(loaded.settings->routes[0].respond->body, "${env:HOME}");
}

}  // namespace
}  // namespace headgate::config
