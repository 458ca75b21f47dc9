#include "observe/retention.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "observe/log_file_name.hpp"
#include "support/log_lines.hpp"

namespace headgate::observe {
namespace {

using Names = std::vector<std::string>;
using namespace std::chrono_literals;

/// Files of 100 bytes for the hours 03 to 07; it is 07:00.
std::vector<LogFileInfo> five_hours() {
  std::vector<LogFileInfo> files;
  for (const int h : {7, 5, 3, 4, 6}) {
    const CivilHour civil{2026, 11, 24, h};
    files.push_back({log_file_name(error_prefix, civil), civil, 100});
  }
  return files;
}

Names expired(const RetentionLimits& limits) { return expired_log_files(five_hours(), at(seven), Zone::utc, limits); }

TEST(Retention, KeepsEverythingWithoutLimits) { EXPECT_EQ(expired({}), Names{}); }

TEST(Retention, DeletesWhatIsOlderThanTheAge) {
  EXPECT_EQ(expired({2h, 0}), (Names{"log_2026_11_24_03.log", "log_2026_11_24_04.log"}));  // 04 ended at 05:00
  EXPECT_EQ(expired({2h + 1ms, 0}), (Names{"log_2026_11_24_03.log"}));
}

TEST(Retention, DeletesTheOldestUntilTheTotalFits) {
  EXPECT_EQ(expired({0ms, 300}), (Names{"log_2026_11_24_03.log", "log_2026_11_24_04.log"}));
  EXPECT_EQ(expired({0ms, 500}), Names{});
}

TEST(Retention, NeverDeletesTheCurrentHour) {
  const Names names = expired({1ms, 1});

  EXPECT_EQ(names.size(), 4U);
  EXPECT_EQ(std::count(names.begin(), names.end(), "log_2026_11_24_07.log"), 0);
}

TEST(Retention, KnowsItsOwnFilesOnly) {
  EXPECT_TRUE(hour_of_log_file("log_2026_11_24_07.log"));
  EXPECT_TRUE(hour_of_log_file("access_2026_11_24_23.log"));
  for (const char* name :
       {"log_2026_11_24_07.log.1", "log_2026_11_24_24.log", "log_2026_13_24_07.log", "log_2026_11_24.log",
        "mylog_2026_11_24_07.log", "log_2026_11_24_7.log0", "log_2026-11-24_07.log", "config.json",
        "log_+026_11_24_07.log", "log_2026_11_24_07.LOG", ""}) {
    EXPECT_FALSE(hour_of_log_file(name)) << name;
  }
}

TEST(Retention, DeletesFilesAndNothingElse) {
  const TemporaryFolder folder;
  testing::write_file(folder / "log_2026_11_20_00.log", "old");
  testing::write_file(folder / "access_2026_11_20_00.log", "old");
  testing::write_file(folder / "log_2026_11_20_00.log.gz", "not ours");
  testing::write_file(folder / "target", "precious");
  std::filesystem::create_symlink("target", folder / "log_2026_11_20_01.log");
  std::filesystem::create_directory(folder / "log_2026_11_20_02.log");

  EXPECT_EQ(enforce_retention(folder.path().string(), at(seven), Zone::utc, {1h, 0}), 2U);

  EXPECT_FALSE(std::filesystem::exists(folder / "log_2026_11_20_00.log"));
  EXPECT_EQ(read_file(folder / "target"), "precious");
  EXPECT_TRUE(std::filesystem::exists(folder / "log_2026_11_20_00.log.gz"));
  EXPECT_TRUE(std::filesystem::is_directory(folder / "log_2026_11_20_02.log"));
}

TEST(Retention, SurvivesAMissingDirectory) { EXPECT_TRUE(list_log_files("/nonexistent/logs").empty()); }

}  // namespace
}  // namespace headgate::observe
