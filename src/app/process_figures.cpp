#include "app/process_figures.hpp"

#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

namespace headgate::app {
namespace {

using std::chrono::microseconds;

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// Pages, in the order of proc(5): size, resident, ...
void read_memory(admin::ProcessView& view) {
  std::ifstream file{"/proc/self/statm"};
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  if (!(file >> size >> resident)) return;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  view.virtual_bytes = size * page;
  view.resident_bytes = resident * page;
}

/// Field 22 of /proc/self/stat: clock ticks from the machine's start to the process's. The fields are counted from the
/// parenthesis that ends the name, which may hold anything.
std::uint64_t start_ticks() {
  std::ifstream file{"/proc/self/stat"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream rest{text.substr(name_end + 1)};
  std::string field;
  for (int number = 3; number < 22; ++number) rest >> field;
  std::uint64_t ticks = 0;
  rest >> ticks;
  return ticks;
}

admin::TimeStamp started() {
  timespec since_boot{};
  if (::clock_gettime(CLOCK_BOOTTIME, &since_boot) != 0) return {};
  const auto up = std::chrono::seconds{since_boot.tv_sec} + std::chrono::nanoseconds{since_boot.tv_nsec};
  const auto ticks_a_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  const microseconds after_boot{static_cast<std::int64_t>(start_ticks() * 1'000'000 / ticks_a_second)};
  return observe::wall_clock_now() - std::chrono::duration_cast<microseconds>(up) + after_boot;
}

std::uint64_t count_open_fds() {
  std::error_code failed;
  const auto entries = std::filesystem::directory_iterator{"/proc/self/fd", failed};
  // Less the one that looks.
  return failed ? 0 : static_cast<std::uint64_t>(std::distance(begin(entries), end(entries))) - 1;
}

}  // namespace

admin::ProcessView process_figures() {
  static const admin::TimeStamp start = started();
  admin::ProcessView view;
  view.pid = ::getpid();
  view.started = start;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  view.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  read_memory(view);
  view.open_fds = count_open_fds();
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  view.max_fds = limit.rlim_cur;
  return view;
}

}  // namespace headgate::app
