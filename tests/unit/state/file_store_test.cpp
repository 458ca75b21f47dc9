#include "state/file_store.hpp"

#include <filesystem>

#include "state/durable_file.hpp"
#include "state/file_image.hpp"
#include "support/file_size_limit.hpp"
#include "unit/state/store_fixture.hpp"

namespace headgate::state {
namespace {

using testing::read_file;
using testing::write_file;

class FileStoreTest : public StoreTest {
 protected:
  std::string path_ = folder_ / "state/headgate.state";
  config::State settings_{config::StateStore::file, path_, {}};

  [[nodiscard]] bool file_says_drained() const {
    const auto image = image_from(read_file(path_), now_);
    return image && image->records.contains(first);
  }
};

TEST(NextWrite, GathersForAMomentAndComesAtMostOnceASecond) {
  const std::chrono::steady_clock::time_point now{100s};

  EXPECT_EQ(next_write(now, {}, 0), now + 20ms);
  EXPECT_EQ(next_write(now, now - 5s, 0), now + 20ms);
  EXPECT_EQ(next_write(now, now - 300ms, 0), now + 700ms);
}

TEST(NextWrite, ComesLessOftenTheLongerItFails) {
  const std::chrono::steady_clock::time_point now{100s};

  EXPECT_EQ(next_write(now, now, 1), now + 2s);
  EXPECT_EQ(next_write(now, now, 3), now + 8s);
  EXPECT_EQ(next_write(now, now, 1000), now + 30s);
}

TEST_F(FileStoreTest, KnowsAfterARestartWhatWasSaved) {
  {
    const auto before = start(settings_);
    save(*before, first, Drain{true}, "admin API");
    save(*before, second, Ejection{observe::at(observe::seven + 60), 2}, "UPSTREAM_RESET");
  }  // its end writes

  const auto after = start(settings_);

  EXPECT_TRUE(after->is_drained());
  EXPECT_EQ(after->store->find(second)->get<Ejection>()->count, 2U);
  EXPECT_EQ(after->changes.size(), 2U);
  EXPECT_EQ(after->changes[0].second.why, "admin API");
}

TEST_F(FileStoreTest, KeepsASecretOverARestart) {
  const std::string made = start(settings_)->store->secret(key);

  EXPECT_EQ(start(settings_)->store->secret(key), made);
}

TEST_F(FileStoreTest, AddsUpWhatAllRunsHaveCounted) {
  const auto first_run = start(settings_);
  counts_[first] = {100, 3};
  first_run->store->flush();
  counts_[first] = {7, 1};

  const auto second_run = start(settings_);
  EXPECT_EQ(second_run->store->counted_before(first), (Counts{100, 3}));
  EXPECT_EQ(second_run->store->counted_before(second), Counts{});
  second_run->store->flush();

  EXPECT_EQ(start(settings_)->store->counted_before(first), (Counts{107, 4}));
}

TEST_F(FileStoreTest, WritesAChangeSoonAndFurtherOnesASecondLater) {
  const auto instance = start(settings_);
  save(*instance, first, Drain{true});
  ASSERT_TRUE(run_until([&] { return file_says_drained(); }));
  const auto began = testing::Clock::now();

  for (int i = 0; i < 50; ++i) save(*instance, second, Ejection{now_, static_cast<std::uint32_t>(i)});

  ASSERT_TRUE(run_until([&] { return instance->store->status().saves == 2; }));
  EXPECT_GE(testing::Clock::now() - began, 900ms);
}

TEST_F(FileStoreTest, SetsATornFileAsideAndSaysSo) {
  start(settings_);
  const std::string whole = read_file(path_);
  write_file(path_, whole.substr(0, whole.size() / 2));

  const auto instance = start(settings_);

  EXPECT_FALSE(instance->store->status().degraded);
  EXPECT_EQ(read_file(path_ + ".set-aside-1"), whole.substr(0, whole.size() / 2));
  const auto lines = log_lines("STATE_FILE_SET_ASIDE");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["set_aside_as"], path_ + ".set-aside-1");
}

TEST_F(FileStoreTest, KeepsWhatCanBeReadOfAFileWithAnUnreadableRecord) {
  {
    const auto before = start(settings_);
    before->store->save(first, {Drain{true}, now_ + 2 * 24h, "a", "by a clock that is ahead"});
    save(*before, second, Drain{true});
  }
  const std::string whole = read_file(path_);

  const auto instance = start(settings_);

  EXPECT_FALSE(instance->is_drained(first));
  EXPECT_TRUE(instance->is_drained(second));
  EXPECT_EQ(read_file(path_ + ".set-aside-1"), whole);
  const auto lines = log_lines("STATE_FILE_SET_ASIDE");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["detail"], "1 of its entries cannot be read");
}

TEST_F(FileStoreTest, WritesTheFileThatALinkPointsTo) {
  std::filesystem::create_directories(folder_ / "disk");
  std::filesystem::create_directories(folder_ / "state");
  std::filesystem::create_symlink("../disk/real", path_);  // of nothing, yet
  { save(*start(settings_), first, Drain{true}); }

  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_FALSE(std::filesystem::is_symlink(folder_ / "disk/real"));
  EXPECT_TRUE(file_says_drained());
  EXPECT_TRUE(start(settings_)->is_drained());
}

TEST_F(FileStoreTest, SetsTheFileAsideThatALinkPointsTo) {
  std::filesystem::create_directories(folder_ / "disk");
  std::filesystem::create_directories(folder_ / "state");
  write_file(folder_ / "disk/real", "dear diary");
  std::filesystem::create_symlink(folder_ / "disk/real", path_);

  { const auto instance = start(settings_); }

  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_EQ(read_file(folder_ / "disk/real.set-aside-1"), "dear diary");
  EXPECT_FALSE(std::filesystem::exists(path_ + ".set-aside-1"));
}

TEST_F(FileStoreTest, FailsOnARingOfLinksAndLeavesIt) {
  std::filesystem::create_directories(folder_ / "state");
  std::filesystem::create_symlink(path_, path_);

  const auto instance = start(settings_);

  EXPECT_TRUE(instance->store->status().degraded);
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
}

TEST_F(FileStoreTest, SetsAForeignFileAside) {
  std::filesystem::create_directories(folder_ / "state");
  write_file(path_, "dear diary");

  { const auto instance = start(settings_); }

  EXPECT_EQ(read_file(path_ + ".set-aside-1"), "dear diary");
  EXPECT_TRUE(image_from(read_file(path_), now_));
}

TEST_F(FileStoreTest, GoesOnWithoutAFileThatCannotBeWrittenAndCatchesUp) {
  const auto instance = start(settings_);
  {
    const testing::FileSizeLimit limit{0};
    save(*instance, first, Drain{true});
    ASSERT_TRUE(run_until([&] { return instance->store->status().degraded; }));
    EXPECT_TRUE(instance->is_drained());
    EXPECT_NE(instance->store->status().last_error.find("File too large"), std::string::npos);
  }

  EXPECT_TRUE(run_until([&] { return !instance->store->status().degraded; }));

  EXPECT_TRUE(file_says_drained());
  EXPECT_EQ(log_lines("STATE_DEGRADED").size(), 1U);
  EXPECT_EQ(log_lines("STATE_RESTORED").size(), 1U);
}

TEST_F(FileStoreTest, DoesNotReplaceWhatItCouldNotRead) {
  std::filesystem::create_directories(path_);  // a folder of that name

  const auto instance = start(settings_);
  instance->store->flush();

  EXPECT_TRUE(instance->store->status().degraded);
  EXPECT_TRUE(std::filesystem::is_directory(path_));
}

TEST_F(FileStoreTest, ForgetsBackendsThatTheConfigurationHasNoMore) {
  const auto instance = start(settings_);
  save(*instance, first, Drain{true});

  instance->store->watch({second}, {});
  instance->store->flush();

  EXPECT_FALSE(file_says_drained());
}

}  // namespace
}  // namespace headgate::state
