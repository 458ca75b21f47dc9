#include "observe/log.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "support/log_lines.hpp"
#include "support/waiting.hpp"

namespace headgate::observe {
namespace {

using testing::wait_until;

class LogTest : public ::testing::Test {
 protected:
  Log& log(std::size_t writers = 1) {
    log_ = std::make_unique<Log>(settings_, writers, [this] { return now_; });
    return *log_;
  }
  [[nodiscard]] std::string file(const std::string& name) const { return settings_.directory + "/" + name; }
  std::vector<json> errors() { return lines_of(file("log_2026_11_24_07.log")); }

  TemporaryFolder folder_;
  LogSettings settings_{.directory = folder_ / "logs"};
  TimeStamp now_ = at(seven);
  std::unique_ptr<Log> log_;
};

TEST_F(LogTest, WritesFailuresAndAccessesIntoTheirFiles) {
  settings_.access = true;
  Log& log = this->log();

  log.writer(0).failure(failure(Cause::no_route));
  log.writer(0).access(failure(Cause::none));
  log.cycle();

  EXPECT_EQ(errors().at(0)["cause"], "NO_ROUTE");
  EXPECT_EQ(lines_of(file("access_2026_11_24_07.log")).size(), 1U);
  EXPECT_EQ(log.written(), 2U);
}

TEST_F(LogTest, PutsTheRecordsOfSeveralWorkersInOrder) {
  Log& log = this->log(2);
  log.writer(0).failure(failure(Cause::no_route, seven + 1));
  log.writer(0).failure(failure(Cause::no_route, seven + 4));
  log.writer(1).failure(failure(Cause::internal, seven + 2));
  log.writer(1).failure(failure(Cause::internal, seven + 3));

  log.cycle();

  std::string workers;
  for (const json& line : errors()) workers += std::to_string(line["worker"].get<int>());
  EXPECT_EQ(workers, "0110");
}

TEST_F(LogTest, PutsEventsAmongTheRecordsInTheOrderOfTime) {
  Log& log = this->log(2);
  log.writer(0).failure(failure(Cause::drain_timeout, seven + 1));
  log.writer(1).failure(failure(Cause::internal, seven + 3));
  now_ = at(seven + 2);
  log.event(Level::info, Cause::proxy_stopped, "stopped");

  log.cycle();

  std::string causes;
  for (const json& line : errors()) causes += line["cause"].get<std::string>() + ' ';
  EXPECT_EQ(causes, "DRAIN_TIMEOUT PROXY_STOPPED INTERNAL ");
}

TEST_F(LogTest, ReportsDropsOnceWithTheirNumber) {
  settings_.queue_records = 16;
  Log& log = this->log();
  for (int i = 0; i < 100; ++i) log.writer(0).failure(failure(Cause::internal));

  log.cycle();
  log.cycle();

  const json last = errors().back();
  EXPECT_EQ(last["cause"], "LOG_DROPPED");
  EXPECT_EQ(last["records"], log.dropped());
  EXPECT_EQ(errors().size() - 1 + log.dropped(), 100U);
}

TEST_F(LogTest, ReportsAnOutageWhenItIsOver) {
  testing::write_file(settings_.directory, "no directory");
  Log& log = this->log();
  log.writer(0).failure(failure(Cause::internal));
  log.cycle();
  EXPECT_EQ(log.write_failures(), 1U);

  std::filesystem::remove(settings_.directory);
  log.reopen();  // tries at once
  log.cycle();

  ASSERT_EQ(errors().size(), 2U);
  EXPECT_EQ(errors()[0]["cause"], "INTERNAL");
  EXPECT_EQ(errors()[1]["cause"], "LOG_WRITE_FAILED");
  EXPECT_EQ(errors()[1]["records_lost"], 0);
  EXPECT_EQ(errors()[1]["os_error"], "Not a directory");
}

TEST_F(LogTest, WritesReceiptsOfReloadsWhateverTheLevel) {
  settings_.level = Level::error;
  Log& log = this->log();

  log.event(Level::info, Cause::reload_applied, "", {{"id", 1}});
  log.event(Level::info, Cause::none, "chatter");
  log.cycle();

  ASSERT_EQ(errors().size(), 1U);
  EXPECT_EQ(errors()[0]["id"], 1);
}

TEST_F(LogTest, CountsFailuresThatEventsTellOfWhateverTheLevel) {
  settings_.level = Level::error;
  Log& log = this->log();

  log.event(Level::warn, Cause::upstream_resolve_failed, "");
  log.event(Level::warn, Cause::backend_ejected, "");
  log.event(Level::info, Cause::reload_applied, "");

  const auto& counted = log.failures().by_cause;
  EXPECT_EQ(counted[static_cast<std::size_t>(Cause::upstream_resolve_failed)], 1U);
  EXPECT_EQ(counted[static_cast<std::size_t>(Cause::backend_ejected)], 1U);
  EXPECT_EQ(counted[static_cast<std::size_t>(Cause::reload_applied)], 0U);
}

TEST_F(LogTest, TakesNewSettings) {
  Log& log = this->log();
  EXPECT_FALSE(log.writer(0).enabled(Level::debug));
  LogSettings next = settings_;
  next.level = Level::debug;
  next.access = true;
  next.directory = folder_ / "elsewhere";

  log.apply(next);
  EXPECT_TRUE(log.writer(0).enabled(Level::debug));
  log.writer(0).access(failure(Cause::none));
  log.cycle();

  EXPECT_EQ(lines_of(folder_ / "elsewhere/access_2026_11_24_07.log").size(), 1U);
}

TEST_F(LogTest, DeletesExpiredFilesAtStartAndAtEachHour) {
  std::filesystem::create_directory(settings_.directory);
  for (const char* name : {"log_2026_11_24_05.log", "log_2026_11_24_06.log"}) testing::write_file(file(name), "x");
  settings_.retention = std::chrono::hours{1};
  Log& log = this->log();

  log.cycle();
  EXPECT_FALSE(std::filesystem::exists(file("log_2026_11_24_05.log")));
  EXPECT_TRUE(std::filesystem::exists(file("log_2026_11_24_06.log")));

  now_ = at(seven + hour);
  log.cycle();
  EXPECT_FALSE(std::filesystem::exists(file("log_2026_11_24_06.log")));
}

TEST_F(LogTest, DeletesByTheNewLimitWhenSettingsChange) {
  std::filesystem::create_directory(settings_.directory);
  testing::write_file(file("log_2026_11_24_05.log"), std::string(1000, 'x'));
  Log& log = this->log();
  log.cycle();
  EXPECT_TRUE(std::filesystem::exists(file("log_2026_11_24_05.log")));

  settings_.max_total_bytes = 999;
  log.apply(settings_);
  log.cycle();

  EXPECT_FALSE(std::filesystem::exists(file("log_2026_11_24_05.log")));
}

TEST_F(LogTest, MirrorsToTheConsole) {
  settings_.console = true;
  Log& log = this->log();
  ::testing::internal::CaptureStderr();

  log.writer(0).failure(failure(Cause::no_route));
  log.cycle();

  const std::string console = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(console, read_file(file("log_2026_11_24_07.log")));
}

TEST_F(LogTest, ItsThreadWritesWithoutBeingWoken) {
  Log& log = this->log();
  log.start();

  log.writer(0).failure(failure(Cause::no_route));

  EXPECT_TRUE(wait_until([&] { return log.written() == 1; }));
}

TEST_F(LogTest, LosesNothingThatWasQueuedWhenItStops) {
  Log& log = this->log();
  log.start();

  for (int i = 0; i < 1000; ++i) log.writer(0).failure(failure(Cause::no_route));
  log.event(Level::error, Cause::none, "the end");
  log.stop();

  EXPECT_EQ(log.written(), 1001U);
}

TEST_F(LogTest, TakesRecordsFromAllWorkersWhileOrdersComeIn) {  // the sanitizer for threads watches this one
  settings_.access = true;
  constexpr int each = 5000;
  Log& log = this->log(3);
  log.start();
  std::vector<std::thread> workers;
  for (std::size_t w = 0; w < 3; ++w) {
    workers.emplace_back([&log, w] {
      for (int i = 0; i < each; ++i) {
        log.writer(w).failure(failure(Cause::upstream_reset));
        log.writer(w).access(failure(Cause::none));
        if (i % 50 == 0) std::this_thread::yield();
      }
    });
  }

  for (int i = 0; i < 20; ++i) {
    log.reopen();
    log.apply(settings_);
    log.event(Level::error, Cause::none, "hello", {{"number", i}});
    std::this_thread::yield();
  }
  for (std::thread& worker : workers) worker.join();
  const std::uint64_t dropped = log.dropped();
  log.stop();

  std::uint64_t reports = 0;
  for (const json& line : errors()) reports += line.value("cause", "") == "LOG_DROPPED" ? 1 : 0;
  EXPECT_EQ(log.written(), 3 * 2 * each + 20 - dropped + reports);
  EXPECT_EQ(log.lost(), 0U);
}

}  // namespace
}  // namespace headgate::observe
