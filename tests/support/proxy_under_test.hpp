#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/child_process.hpp"
#include "support/config.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::testing {

/// One line of a log file.
struct LogRecord {
  std::string line;

  /// A member as text, numbers and booleans as JSON writes them; "" when it is missing or null.
  [[nodiscard]] std::string operator[](std::string_view key) const;
  [[nodiscard]] bool is_json_object() const;
};

/// `headgate run` in a folder of its own, ready for traffic. The destructor stops it and fails the test when it does
/// not end in time with exit code 0; when the test has failed, it prints what the proxy had said.
class ProxyUnderTest {
 public:
  explicit ProxyUnderTest(const Config& config, const ChildOptions& options = {});
  ~ProxyUnderTest();
  ProxyUnderTest(const ProxyUnderTest&) = delete;
  ProxyUnderTest& operator=(const ProxyUnderTest&) = delete;

  /// Where that listener can be reached now: "127.0.0.1:34567" or "unix:/path".
  [[nodiscard]] std::string address(std::string_view listener = "web") const;
  [[nodiscard]] std::string url() const { return "http://" + address(); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path config_file() const { return folder() / "config.json"; }
  [[nodiscard]] std::string out() const { return process_.out(); }
  [[nodiscard]] std::string err() const { return process_.err(); }
  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  /// Resident memory in KiB, now and at its highest.
  [[nodiscard]] long rss() const { return status_number("VmRSS:"); }
  [[nodiscard]] long peak_rss() const { return status_number("VmHWM:"); }
  [[nodiscard]] std::size_t open_files() const;
  /// Of all its threads, since its start.
  [[nodiscard]] std::chrono::microseconds cpu_time() const;

  /// Puts the configuration in place by renaming over the old one and waits for the outcome that the proxy reports:
  /// "applied", "refused" or "unchanged".
  std::string reload(const Config& config);
  /// Runs an action that should lead to a reload; returns its outcome.
  template <class Action>
  std::string reload_after(Action action) {
    const std::size_t before = reloads().size();
    action();
    return wait_for_reload(before);
  }
  /// Outcomes of all reloads so far.
  [[nodiscard]] std::vector<std::string> reloads() const;

  /// Paths of the files in logs/ that begin so, oldest first.
  [[nodiscard]] std::vector<std::filesystem::path> log_files(std::string_view prefix = "log_") const;
  [[nodiscard]] std::vector<LogRecord> log(std::string_view prefix = "log_") const;
  /// The first record of that cause; throws when none appears in time.
  LogRecord wait_for_log(std::string_view cause, std::size_t skip = 0) const;
  LogRecord wait_for_access_log(std::size_t skip = 0) const;
  [[nodiscard]] std::size_t count_log(std::string_view cause) const;

  void signal(int number) const { process_.signal(number); }
  int wait_for_exit(milliseconds deadline = patience);
  [[nodiscard]] bool running() { return process_.running(); }
  /// TERM; returns the exit code.
  int stop();

 private:
  [[nodiscard]] long status_number(std::string_view name) const;
  std::string wait_for_reload(std::size_t before) const;
  void explain(const char* what) const;

  TemporaryFolder folder_;
  ChildProcess process_;
  bool ended_ = false;
  int uncaught_;
};

}  // namespace headgate::testing
