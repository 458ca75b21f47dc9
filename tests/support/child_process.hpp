#pragma once

#include <sys/types.h>

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/waiting.hpp"

namespace headgate::testing {

struct ChildOptions {
  std::filesystem::path folder = {};             ///< working directory; empty: the test's own
  std::vector<std::string> environment = {};     ///< "NAME=value", added to the test's own
  std::optional<unsigned long> open_files = {};  ///< limit of file descriptors (RLIMIT_NOFILE)
};

/// A program that runs beside the test; its output is collected. Ends with the test whatever happens.
class ChildProcess {
 public:
  /// The program is looked up in PATH.
  explicit ChildProcess(const std::vector<std::string>& command, const ChildOptions& options = {});
  /// Kills it, by its own pid, if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;
  void signal(int number) const;
  [[nodiscard]] bool running();
  /// The exit code, or 128 + the signal that ended it. Throws when it does not end in time.
  int wait_for_exit(milliseconds deadline = patience);

 private:
  class Collector {
   public:
    ~Collector();
    void start(int fd);
    void finish();
    [[nodiscard]] std::string text() const;

   private:
    mutable std::mutex mutex_;
    std::string text_;
    std::thread reader_;
  };

  pid_t pid_ = -1;
  std::optional<int> exit_code_;
  Collector out_;
  Collector err_;
};

struct Finished {
  int exit_code = 0;
  std::string out;
  std::string err;
};

/// Runs a program to its end.
Finished run(const std::vector<std::string>& command, const ChildOptions& options = {},
             milliseconds deadline = 3 * patience);

/// Whether PATH has the program: tests of real peers are skipped without it.
[[nodiscard]] bool has_program(const std::string& name);

}  // namespace headgate::testing
