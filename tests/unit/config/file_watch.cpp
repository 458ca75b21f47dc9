#include "config/file_watch.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace headgate::config {
namespace {

namespace fs = std::filesystem;

class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest() : folder_{fs::path{testing::TempDir()} / ("file_watch_" + std::to_string(getpid()))} {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    write("config.json", "{}");
  }
  ~FileWatchTest() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const { std::ofstream{folder_ / name} << text; }
  [[nodiscard]] std::string path(const std::string& name = "config.json") const { return folder_ / name; }
  static bool readable(const FileWatch& watch) {
    pollfd waiting{watch.fd(), POLLIN, 0};
    return poll(&waiting, 1, 0) == 1;  // inotify events are there as soon as the call that caused them returns
  }

  fs::path folder_;
};

TEST_F(FileWatchTest, IsQuietWhileNothingHappens) {
  FileWatch watch{path()};

  EXPECT_FALSE(watch.take_changes());  // other tests make folders beside ours: events that do not count
}

TEST_F(FileWatchTest, SeesAWriteInPlace) {
  FileWatch watch{path()};

  write("config.json", "{ }");

  EXPECT_TRUE(readable(watch));
  EXPECT_TRUE(watch.take_changes());
  EXPECT_FALSE(watch.take_changes());
}

TEST_F(FileWatchTest, SeesAnotherFileRenamedOverIt) {
  FileWatch watch{path()};
  write("config.json.tmp", "{ }");
  ASSERT_FALSE(watch.take_changes());

  fs::rename(path("config.json.tmp"), path());

  EXPECT_TRUE(watch.take_changes());
}

TEST_F(FileWatchTest, SeesDeletionAndThenCreation) {
  FileWatch watch{path()};

  fs::remove(path());
  EXPECT_TRUE(watch.take_changes());
  write("config.json", "{}");

  EXPECT_TRUE(watch.take_changes());
}

TEST_F(FileWatchTest, IgnoresOtherFilesInTheSameFolder) {
  FileWatch watch{path()};

  write("config.json~", "{}");
  write("notes", "");

  EXPECT_FALSE(watch.take_changes());
}

TEST_F(FileWatchTest, SeesTheSwapOfKubernetesDataLink) {
  fs::remove(path());
  fs::create_directory(path("..2024_1"));
  fs::create_directory(path("..2024_2"));
  write("..2024_1/config.json", "{}");
  write("..2024_2/config.json", "{ }");
  fs::create_directory_symlink("..2024_1", path("..data"));
  fs::create_symlink("..data/config.json", path());
  FileWatch watch{path()};
  ASSERT_FALSE(watch.take_changes());

  fs::create_directory_symlink("..2024_2", path("..data_tmp"));
  ASSERT_FALSE(watch.take_changes());
  fs::rename(path("..data_tmp"), path("..data"));

  EXPECT_TRUE(watch.take_changes());
}

TEST_F(FileWatchTest, FollowsALinkToItsNewTarget) {
  fs::create_directory(path("a"));
  fs::create_directory(path("b"));
  write("a/config.json", "{}");
  write("b/config.json", "{}");
  fs::create_directory_symlink("a", path("current"));
  FileWatch watch{path("current/config.json")};
  fs::create_directory_symlink("b", path("next"));
  fs::rename(path("next"), path("current"));
  ASSERT_TRUE(watch.take_changes());

  write("a/config.json", "{ }");
  EXPECT_FALSE(watch.take_changes());
  write("b/config.json", "{ }");

  EXPECT_TRUE(watch.take_changes());
}

TEST_F(FileWatchTest, SeesItsFolderReplaced) {
  fs::create_directory(path("etc"));
  write("etc/config.json", "{}");
  FileWatch watch{path("etc/config.json")};

  fs::rename(path("etc"), path("old"));
  EXPECT_TRUE(watch.take_changes());
  fs::create_directory(path("etc"));
  EXPECT_TRUE(watch.take_changes());
  write("etc/config.json", "{ }");

  EXPECT_TRUE(watch.take_changes());
}

TEST_F(FileWatchTest, WaitsForAFileThatIsNotThereYet) {
  FileWatch watch{path("new/config.json")};

  fs::create_directory(path("new"));
  EXPECT_TRUE(watch.take_changes());
  write("new/config.json", "{}");

  EXPECT_TRUE(watch.take_changes());
}

TEST_F(FileWatchTest, WatchesOtherFilesToo) {
  write("secret", "a");
  FileWatch watch{path(), {path("secret")}};

  write("secret", "b");
  EXPECT_TRUE(watch.take_changes());
  watch.watch_others({});
  write("secret", "c");

  EXPECT_FALSE(watch.take_changes());
}

TEST_F(FileWatchTest, EndsOnLinksThatLeadInCircles) {
  fs::create_symlink("loop_b", path("loop_a"));
  fs::create_symlink("loop_a", path("loop_b"));

  FileWatch watch{path("loop_a")};

  EXPECT_FALSE(watch.take_changes());
}

}  // namespace
}  // namespace headgate::config
