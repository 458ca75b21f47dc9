#include "observe/log_writer.hpp"

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "observe/log.hpp"
#include "support/log_lines.hpp"
#include "support/waiting.hpp"

namespace headgate::observe {
namespace {

class LogWriterTest : public ::testing::Test {
 protected:
  LogSwitches switches_;
  LogWriter writer_{switches_, 3, 64 * 1024};
};

TEST_F(LogWriterTest, HandsEveryFieldOver) {
  LogRecord record = failure(Cause::upstream_reset);
  record.request_id = "id";
  record.client = "192.0.2.7";
  record.listener = "web";
  record.method = "GET";
  record.host = "example.com";
  record.path = "/a";
  record.route = "api";
  record.upstream = "web";
  record.backend = "10.0.0.1:9000";
  record.protocol = "HTTP/1.1";
  record.user_agent = "curl";
  record.proxy_alpn = "h2";
  record.proxy_authority = "a.example";
  record.proxy_unique_id = "u1";
  record.tunnel = "idle";
  record.detail = "in the head";
  record.os_error = ECONNRESET;
  record.attempt = 2;

  writer_.failure(record);

  const RecordView* view = writer_.front();
  ASSERT_NE(view, nullptr);
  EXPECT_EQ(view->kind, RecordKind::failure);
  EXPECT_EQ(view->cause, Cause::upstream_reset);
  EXPECT_EQ(view->worker, 3);
  EXPECT_EQ(view->attempt, 2);
  EXPECT_EQ(view->os_error, ECONNRESET);
  EXPECT_EQ(view->time, at(seven));
  std::string texts;
  for_each_text(*view, [&](const TextView& text) { texts += std::string{text.text} + "|"; });
  EXPECT_EQ(
      texts,
      "id|192.0.2.7|web|GET|example.com|/a|api|web|10.0.0.1:9000|HTTP/1.1|curl|h2|a.example|u1|idle|in the head|");
}

TEST_F(LogWriterTest, CutsLongTextsAndSaysSo) {
  LogRecord record = failure(Cause::no_route);
  record.path = "/" + std::string(1000, 'x');

  writer_.failure(record);

  EXPECT_EQ(writer_.front()->path.text.size(), 256U);
  EXPECT_TRUE(writer_.front()->path.truncated);
  EXPECT_FALSE(writer_.front()->host.truncated);
}

TEST_F(LogWriterTest, TakesAViewOfNothing) {
  LogRecord record = failure(Cause::no_route);
  record.path = "/before";
  record.path = std::string_view{};

  writer_.failure(record);

  EXPECT_TRUE(writer_.front()->path.text.empty());
}

TEST_F(LogWriterTest, ReadsTheClockWhenTheRecordHasNoTime) {
  const TimeStamp before = wall_clock_now();

  writer_.failure(LogRecord{failure(Cause::internal, 0)});

  EXPECT_GE(writer_.front()->time, before);
  EXPECT_LE(writer_.front()->time, wall_clock_now());
}

TEST_F(LogWriterTest, IgnoresWhatTheLevelSwitchesOff) {
  switches_.level = Level::error;
  LogRecord loud = failure(Cause::no_route);
  loud.level = Level::error;

  writer_.failure(failure(Cause::no_route));  // a warning
  EXPECT_EQ(writer_.front(), nullptr);

  writer_.failure(loud);
  EXPECT_NE(writer_.front(), nullptr);
}

TEST_F(LogWriterTest, WritesNoAccessRecordsUnlessAsked) {
  writer_.access(LogRecord{});
  EXPECT_EQ(writer_.front(), nullptr);

  switches_.access = true;
  writer_.access(LogRecord{});

  ASSERT_NE(writer_.front(), nullptr);
  EXPECT_EQ(writer_.front()->kind, RecordKind::access);
}

TEST_F(LogWriterTest, CountsWhatAFullRingRefuses) {
  for (int i = 0; i < 5000; ++i) writer_.failure(failure(Cause::internal));

  std::uint64_t kept = 0;
  for (; writer_.front() != nullptr; writer_.pop()) ++kept;

  EXPECT_GT(writer_.dropped(), 0U);
  EXPECT_EQ(kept + writer_.dropped(), 5000U);
}

/// From now on every system call of this thread but exit_group kills the process.
bool forbid_system_calls() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  const sock_fprog filter{std::size(program), program};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

constexpr int no_filter_here = 77;

/// Exit status of a child that writes ten thousand records without being allowed a system call, then does `after`.
template <class After>
int status_of_a_worker_without_system_calls(After after) {
  const pid_t child = fork();
  if (child == 0) {
    const TemporaryFolder folder;
    LogSettings settings;
    settings.directory = folder / "logs";
    settings.access = true;
    Log log{settings};
    log.start();
    LogRecord record;
    record.cause = Cause::upstream_reset;
    record.path = "/some/path?with=query";
    if (!forbid_system_calls()) _exit(no_filter_here);
    for (int i = 0; i < 10'000; ++i) {
      log.writer(0).failure(record);
      log.writer(0).access(record);
    }
    after();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

TEST(LogWriterCost, MakesNoSystemCall) {
  if (testing::sanitized) GTEST_SKIP() << "the sanitizers make system calls of their own";

  const int clean = status_of_a_worker_without_system_calls([] {});
  const int guilty = status_of_a_worker_without_system_calls([] { getppid(); });

  if (WIFEXITED(clean) && WEXITSTATUS(clean) == no_filter_here) GTEST_SKIP() << "no seccomp filters here";
  EXPECT_TRUE(WIFEXITED(clean) && WEXITSTATUS(clean) == 0) << clean;
  EXPECT_TRUE(WIFSIGNALED(guilty)) << "the filter does not work";
}

}  // namespace
}  // namespace headgate::observe
