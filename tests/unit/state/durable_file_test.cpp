#include "state/durable_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "support/file_size_limit.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::state {
namespace {

using testing::read_file;
using testing::TemporaryFolder;
using testing::write_file;

TEST(DurableFile, ReplacesWhatWasThereAndLeavesNothingBeside) {
  const TemporaryFolder folder;
  const std::string path = folder / "state";
  write_file(path, "old and longer");
  write_file(path + ".tmp", "of a process that died");

  EXPECT_EQ(write_durably(path, "new"), 0);

  EXPECT_EQ(read_file(path), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder.path()}, {}), 1);
}

TEST(DurableFile, IsForItsOwnerOnly) {
  const TemporaryFolder folder;
  const std::string path = folder / "state";

  write_durably(path, "secret");

  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(DurableFile, StaysAsItWasWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  const std::string path = folder / "state";
  write_durably(path, "old");

  int error = 0;
  {
    const testing::FileSizeLimit limit{1024};
    error = write_durably(path, std::string(4096, 'x'));
  }

  EXPECT_EQ(error, EFBIG);
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder.path()}, {}), 1);
}

TEST(DurableFile, SaysWhyItCannotBeWritten) {
  const TemporaryFolder folder;

  EXPECT_EQ(write_durably(folder / "missing/state", "x"), ENOENT);
}

TEST(DurableFile, IsNotWrittenThroughALinkThatSomebodyPlanted) {
  const TemporaryFolder folder;
  write_file(folder / "precious", "precious");
  std::filesystem::create_symlink(folder / "precious", folder / "state.tmp");

  EXPECT_EQ(write_durably(folder / "state", "x"), 0);

  EXPECT_EQ(read_file(folder / "precious"), "precious");
}

TEST(ReadWhole, RefusesWhatIsTooLargeMissingOrNoFile) {
  const TemporaryFolder folder;
  write_file(folder / "large", std::string(100, 'x'));
  ::mkfifo((folder / "fifo").c_str(), 0600);

  EXPECT_EQ(read_whole(folder / "large", 100).bytes.size(), 100U);
  EXPECT_EQ(read_whole(folder / "large", 99).os_error, EFBIG);
  EXPECT_EQ(read_whole(folder / "none", 99).os_error, ENOENT);
  EXPECT_EQ(read_whole(folder / "fifo", 99).os_error, EINVAL);
}

TEST(SetAside, TakesTheFirstFreeName) {
  const TemporaryFolder folder;
  const std::string path = folder / "state";
  write_file(path, "first");
  set_aside(path);
  write_file(path, "second");

  const SetAside aside = set_aside(path);

  EXPECT_EQ(aside.name, path + ".set-aside-2");
  EXPECT_EQ(read_file(aside.name), "second");
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace headgate::state
