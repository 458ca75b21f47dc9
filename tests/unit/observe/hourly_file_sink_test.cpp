#include "observe/hourly_file_sink.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/file_size_limit.hpp"
#include "support/log_lines.hpp"

namespace headgate::observe {
namespace {

using namespace std::chrono_literals;

class HourlyFileSinkTest : public ::testing::Test {
 protected:
  void log(TimeStamp time, const std::string& line) {
    spdlog::details::log_msg message{"log", spdlog::level::warn, line};
    message.time = time;
    sink_->log(message);
  }
  std::string content(const std::string& hour_text) {
    return read_file(directory_ + "/log_2026_11_24_" + hour_text + ".log");
  }

  TemporaryFolder folder_;
  std::string directory_ = folder_ / "logs";
  LogCounters counters_;
  std::chrono::steady_clock::time_point now_{1h};
  std::unique_ptr<HourlyFileSink> sink_ =
      std::make_unique<HourlyFileSink>(directory_, "log", Zone::utc, counters_, [this] { return now_; });
};

TEST_F(HourlyFileSinkTest, PutsEachLineIntoTheFileOfItsOwnHour) {
  log(at(seven, -1), "last of six\n");
  log(at(seven), "first of seven\n");
  log(at(seven, -2), "late\n");
  log(at(seven, 1), "second of seven\n");
  sink_->flush();

  EXPECT_EQ(content("06"), "last of six\nlate\n");
  EXPECT_EQ(content("07"), "first of seven\nsecond of seven\n");
  EXPECT_EQ(counters_.written, 4U);
}

TEST_F(HourlyFileSinkTest, AppendsAfterARestart) {
  log(at(seven), "before\n");
  sink_ = std::make_unique<HourlyFileSink>(directory_, "log", Zone::utc, counters_);
  log(at(seven), "after\n");
  sink_.reset();

  EXPECT_EQ(content("07"), "before\nafter\n");
}

TEST_F(HourlyFileSinkTest, GathersLinesUntilTheFlush) {
  log(at(seven), "a\n");
  EXPECT_FALSE(std::filesystem::exists(directory_));

  log(at(seven), std::string(HourlyFileSink::flush_bytes, 'x') + "\n");

  EXPECT_GT(content("07").size(), HourlyFileSink::flush_bytes);
}

TEST_F(HourlyFileSinkTest, ReopensAfterLogrotateMovedTheFile) {
  log(at(seven), "old\n");
  sink_->flush();
  std::filesystem::rename(directory_ + "/log_2026_11_24_07.log", folder_ / "moved");

  sink_->reopen();
  log(at(seven), "new\n");
  sink_->flush();

  EXPECT_EQ(read_file(folder_ / "moved"), "old\n");
  EXPECT_EQ(content("07"), "new\n");
}

TEST_F(HourlyFileSinkTest, NoticesARemovedFileWithinASecond) {
  log(at(seven), "old\n");
  sink_->flush();
  std::filesystem::remove_all(directory_);

  now_ += 1s;
  log(at(seven), "new\n");
  sink_->flush();

  EXPECT_EQ(content("07"), "new\n");
}

TEST_F(HourlyFileSinkTest, KeepsLinesThroughAShortOutage) {
  testing::write_file(directory_, "a file where the directory should be");
  log(at(seven), "first\n");
  sink_->flush();
  sink_->flush();
  EXPECT_EQ(counters_.write_failures, 1U) << "it must pause before it tries again";

  std::filesystem::remove(directory_);
  log(at(seven), "second\n");
  now_ += HourlyFileSink::retry_pause;
  sink_->flush();

  EXPECT_EQ(content("07"), "first\nsecond\n");
  const auto outage = sink_->take_recovery();
  ASSERT_TRUE(outage);
  EXPECT_EQ(outage->os_error, ENOTDIR);
  EXPECT_EQ(outage->lost, 0U);
  EXPECT_FALSE(sink_->take_recovery()) << "one outage, one report";
}

TEST_F(HourlyFileSinkTest, CountsWhatALongOutageLoses) {
  testing::write_file(directory_, "");
  const std::string line = std::string(1023, 'x') + "\n";
  for (std::size_t i = 0; i < 2 * HourlyFileSink::pending_bytes / line.size(); ++i) log(at(seven), line);
  const std::uint64_t lost = counters_.lost;

  std::filesystem::remove(directory_);
  now_ += HourlyFileSink::retry_pause;
  log(at(seven), "back\n");
  sink_->flush();

  EXPECT_GE(lost, HourlyFileSink::pending_bytes / line.size());
  EXPECT_EQ(sink_->take_recovery()->lost, lost);
  EXPECT_EQ(counters_.written + counters_.lost, 2 * HourlyFileSink::pending_bytes / line.size() + 1);
}

TEST_F(HourlyFileSinkTest, HoldsWholeLinesOnlyWhenTheDiskFillsUp) {
  {
    const testing::FileSizeLimit full{12};
    for (const char* line : {"one\n", "two\n", "three\n", "four\n"}) log(at(seven), line);
    sink_->flush();
    EXPECT_EQ(content("07"), "one\ntwo\n");
  }

  now_ += HourlyFileSink::retry_pause;
  sink_->flush();

  EXPECT_EQ(content("07"), "one\ntwo\nthree\nfour\n");
  EXPECT_EQ(counters_.written, 4U);
}

TEST_F(HourlyFileSinkTest, GivesUpWhatBelongsToAPastHourWhenTheDiskIsStillFull) {
  testing::write_file(directory_, "");
  log(at(seven), "a\n");
  sink_->flush();

  log(at(seven + hour), "b\n");

  EXPECT_EQ(counters_.lost, 1U);
}

TEST_F(HourlyFileSinkTest, TriesOnceMoreWhenItEnds) {
  testing::write_file(directory_, "");
  log(at(seven), "a\n");
  sink_->flush();

  std::filesystem::remove(directory_);
  sink_.reset();

  EXPECT_EQ(content("07"), "a\n");
}

TEST_F(HourlyFileSinkTest, MovesToAnotherDirectory) {
  log(at(seven), "here\n");
  sink_->move_to(folder_ / "there", Zone::utc);
  log(at(seven), "there\n");
  sink_->flush();

  EXPECT_EQ(content("07"), "here\n");
  EXPECT_EQ(read_file(folder_ / "there/log_2026_11_24_07.log"), "there\n");
}

TEST_F(HourlyFileSinkTest, LetsGoOfAPastHour) {
  log(at(seven), "a\n");
  sink_->close_past(civil_hour(at(seven), Zone::utc));
  sink_->close_past(civil_hour(at(seven + hour), Zone::utc));
  log(at(seven), "late\n");
  sink_->flush();

  EXPECT_EQ(content("07"), "a\nlate\n");
}

}  // namespace
}  // namespace headgate::observe
