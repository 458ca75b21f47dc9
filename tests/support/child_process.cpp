#include "support/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace headgate::testing {
namespace {

std::string path_of(const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0 ? name : "";
  const char* variable = std::getenv("PATH");
  const std::string path = std::string(variable != nullptr ? variable : "") + ":/usr/bin:/bin:/usr/sbin:/sbin";
  for (std::string_view rest = path; !rest.empty();) {
    const auto colon = rest.find(':');
    std::string candidate = std::string(rest.substr(0, colon)) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
  }
  return "";
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_with(const std::vector<std::string>& added) {
  std::vector<std::string> result = added;
  for (char** entry = ::environ; *entry != nullptr; ++entry) result.emplace_back(*entry);
  return result;
}

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  }
};

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command, const ChildOptions& options) {
  const std::string program = path_of(command.at(0));
  if (program.empty()) throw std::runtime_error("no such program: " + command.at(0));
  std::vector<std::string> arguments = command;
  std::vector<std::string> environment = environment_with(options.environment);
  const auto argv = pointers(arguments);
  const auto envp = pointers(environment);
  const Pipe out;
  const Pipe err;
  const std::string folder = options.folder.string();
  const rlimit files{options.open_files.value_or(0), options.open_files.value_or(0)};
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork");
  if (pid_ == 0) {  // only async-signal-safe calls until exec: the test has threads
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(out.ends[1], STDOUT_FILENO);
    ::dup2(err.ends[1], STDERR_FILENO);
    if (!folder.empty() && ::chdir(folder.c_str()) != 0) ::_exit(126);
    if (options.open_files) ::setrlimit(RLIMIT_NOFILE, &files);
    ::execve(program.c_str(), argv.data(), envp.data());
    ::_exit(127);
  }
  ::close(out.ends[1]);
  ::close(err.ends[1]);
  out_.start(out.ends[0]);
  err_.start(err.ends[0]);
}

ChildProcess::~ChildProcess() {
  if (!running()) return;
  signal(SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
}

void ChildProcess::signal(int number) const {
  if (!exit_code_) ::kill(pid_, number);
}

bool ChildProcess::running() {
  if (exit_code_) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

int ChildProcess::wait_for_exit(milliseconds deadline) {
  if (!wait_until([this] { return !running(); }, deadline)) throw std::runtime_error("the program did not end in time");
  out_.finish();
  err_.finish();
  return *exit_code_;
}

std::string ChildProcess::out() const { return out_.text(); }
std::string ChildProcess::err() const { return err_.text(); }

void ChildProcess::Collector::start(int fd) {
  reader_ = std::thread{[this, fd] {
    char bytes[4096];
    for (;;) {
      const ssize_t count = ::read(fd, bytes, sizeof(bytes));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      const std::lock_guard lock{mutex_};
      text_.append(bytes, static_cast<std::size_t>(count));
    }
    ::close(fd);
  }};
}

void ChildProcess::Collector::finish() {
  if (reader_.joinable()) reader_.join();
}

ChildProcess::Collector::~Collector() { finish(); }

std::string ChildProcess::Collector::text() const {
  const std::lock_guard lock{mutex_};
  return text_;
}

Finished run(const std::vector<std::string>& command, const ChildOptions& options, milliseconds deadline) {
  ChildProcess child{command, options};
  const int exit_code = child.wait_for_exit(deadline);
  return {exit_code, child.out(), child.err()};
}

bool has_program(const std::string& name) { return !path_of(name).empty(); }

}  // namespace headgate::testing
