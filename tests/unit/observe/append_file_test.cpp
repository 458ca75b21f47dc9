#include "observe/append_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "support/file_size_limit.hpp"
#include "support/log_lines.hpp"

namespace headgate::observe {
namespace {

class AppendFileTest : public ::testing::Test {
 protected:
  AppendFileTest() : mask_{umask(022)} {}
  ~AppendFileTest() override { umask(mask_); }

  mode_t mode(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  }

  TemporaryFolder folder_;
  std::string path_ = folder_ / "file.log";
  AppendFile file_;

 private:
  mode_t mask_;
};

TEST_F(AppendFileTest, CreatesFilesAndDirectoriesWithTightModes) {
  ASSERT_EQ(create_directories(folder_ / "a/b//c/"), 0);
  ASSERT_EQ(file_.open(folder_ / "a/b/c/x.log"), 0);

  EXPECT_EQ(mode(folder_ / "a"), 0750U);
  EXPECT_EQ(mode(folder_ / "a/b/c"), 0750U);
  EXPECT_EQ(mode(folder_ / "a/b/c/x.log"), 0640U);
}

TEST_F(AppendFileTest, SaysWhyADirectoryCannotBe) {
  testing::write_file(folder_ / "file", "");

  EXPECT_EQ(create_directories(folder_ / "file"), ENOTDIR);
  EXPECT_EQ(create_directories(folder_ / "file/logs"), ENOTDIR);
}

TEST_F(AppendFileTest, NeverTruncates) {
  testing::write_file(path_, "before\n");

  ASSERT_EQ(file_.open(path_), 0);
  EXPECT_EQ(file_.append("after\n").bytes, 6U);

  EXPECT_EQ(read_file(path_), "before\nafter\n");
}

TEST_F(AppendFileTest, RefusesASymbolicLink) {
  testing::write_file(folder_ / "target", "");
  std::filesystem::create_symlink(folder_ / "target", path_);

  EXPECT_EQ(file_.open(path_), ELOOP);
  EXPECT_FALSE(file_.is_open());
}

TEST_F(AppendFileTest, RefusesAFifoWithoutWaitingForItsReader) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);

  EXPECT_EQ(file_.open(path_), EINVAL);
}

TEST_F(AppendFileTest, ClosesALineThatAnotherLifeLeftOpen) {
  testing::write_file(path_, "whole\nhal");

  ASSERT_EQ(file_.open(path_), 0);
  file_.append("next\n");

  EXPECT_EQ(read_file(path_), "whole\nhal\nnext\n");
}

TEST_F(AppendFileTest, TakesBackTheLineThatDidNotFit) {
  ASSERT_EQ(file_.open(path_), 0);
  AppendFile::Written written;
  {
    const testing::FileSizeLimit full{10};
    written = file_.append("12345\n67890\n");
  }

  EXPECT_EQ(written.bytes, 6U);
  EXPECT_EQ(written.os_error, EFBIG);
  EXPECT_EQ(read_file(path_), "12345\n");
  file_.append("67890\n");
  EXPECT_EQ(read_file(path_), "12345\n67890\n");
}

TEST_F(AppendFileTest, DoesNotCutTheLinesOfAnotherProcess) {
  ASSERT_EQ(file_.open(path_), 0);
  AppendFile other;
  ASSERT_EQ(other.open(path_), 0);
  other.append("other\n");
  {
    const testing::FileSizeLimit full{9};
    EXPECT_EQ(file_.append("12345\n").bytes, 0U);
  }

  file_.append("12345\n");

  EXPECT_EQ(read_file(path_), "other\n123\n12345\n");
}

TEST_F(AppendFileTest, NoticesThatItWasRenamed) {
  ASSERT_EQ(file_.open(path_), 0);
  EXPECT_TRUE(file_.still_there());

  std::filesystem::rename(path_, folder_ / "file.log.1");
  EXPECT_FALSE(file_.still_there());

  testing::write_file(path_, "another");
  EXPECT_FALSE(file_.still_there());
}

}  // namespace
}  // namespace headgate::observe
