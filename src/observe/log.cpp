#include "observe/log.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "observe/log_files.hpp"
#include "observe/os_error_text.hpp"
#include "observe/record_line.hpp"

namespace headgate::observe {
namespace {

// How long the log thread sleeps between cycles: long enough to gather a batch for one write, short enough that no
// worker fills its ring meanwhile and no record waits long. Nobody wakes it for a record: that would be a system call.
constexpr std::chrono::milliseconds shortest_sleep{10};
constexpr std::chrono::milliseconds longest_sleep{100};

constexpr std::size_t bytes_per_record = 256;  // what a usual failure takes in the ring
constexpr std::size_t events_limit = 1024;
constexpr std::size_t records_per_cycle = 16384;  // under a flood, reports and housekeeping still get their turn

void block_signals() {
  sigset_t all;
  sigfillset(&all);  // SIGXFSZ among them: a file size limit is one more error of write()
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

TimeStamp wall_clock_now() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

Log::Log(LogSettings settings, std::size_t writers, WallClock clock) : clock_{std::move(clock)} {
  switches_.level = settings.level;
  switches_.access = settings.access;
  const std::size_t ring_bytes = settings.queue_records * bytes_per_record / std::max<std::size_t>(writers, 1);
  for (std::size_t i = 0; i < writers; ++i) {
    writers_.push_back(std::make_unique<LogWriter>(switches_, static_cast<std::uint16_t>(i), ring_bytes));
  }
  files_ = std::make_unique<LogFiles>(std::move(settings));
}

Log::~Log() { stop(); }

void Log::start() {
  thread_ = std::thread{[this] {
    block_signals();
    pthread_setname_np(pthread_self(), "headgate-log");
    run();
  }};
}

void Log::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Log::run() {
  auto sleep = shortest_sleep;
  for (bool stopping = false; !stopping || busy_;) {
    {
      std::unique_lock lock{mutex_};
      const auto has_orders = [this] { return stopping_ || reopen_ || new_settings_ || !events_.empty(); };
      wake_.wait_for(lock, sleep, has_orders);
      stopping = stopping_;
    }
    cycle();
    sleep = busy_ ? shortest_sleep : std::min(sleep * 2, longest_sleep);
  }
}

void Log::cycle() {
  take_orders();
  take_events();
  busy_ = write_lines();
  report_drops();
  files_->flush();
  report_recoveries();
  files_->keep_house(clock_());
}

void Log::take_orders() {
  std::optional<LogSettings> settings;
  bool reopen = false;
  {
    const std::lock_guard lock{mutex_};
    settings = std::exchange(new_settings_, std::nullopt);
    reopen = std::exchange(reopen_, false);
  }
  if (settings) files_->apply(std::move(*settings));
  if (reopen) files_->reopen();
}

void Log::take_events() {
  const std::lock_guard lock{mutex_};
  taken_.insert(taken_.end(), std::make_move_iterator(events_.begin()), std::make_move_iterator(events_.end()));
  events_.clear();
}

void Log::write_event(const LogEvent& event) {
  line_.clear();
  append_event_line(line_, event, files_->zone());
  files_->write_error(event.time, event.level, line_);
}

/// The writer with the oldest record: lines of several workers come out in the order of time.
LogWriter* Log::earliest() {
  LogWriter* first = nullptr;
  for (const auto& writer : writers_) {
    const RecordView* record = writer->front();
    if (record != nullptr && (first == nullptr || record->time < first->front()->time)) first = writer.get();
  }
  return first;
}

void Log::write_record(const RecordView& record) {
  line_.clear();
  if (record.kind == RecordKind::access) {
    append_access_line(line_, record, files_->zone());
    files_->write_access(record.time, line_);
  } else {
    append_failure_line(line_, record, files_->zone());
    files_->write_error(record.time, record.level.value_or(default_level(record.cause)), line_);
  }
}

/// Records and events in the order of time.
bool Log::write_lines() {
  std::size_t count = 0;
  auto event = taken_.begin();
  for (; count < records_per_cycle; ++count) {
    LogWriter* writer = earliest();
    const bool event_first = event != taken_.end() && (writer == nullptr || event->time <= writer->front()->time);
    if (event_first) {
      write_event(*event++);
    } else if (writer != nullptr) {
      write_record(*writer->front());
      writer->pop();
    } else {
      break;
    }
  }
  taken_.erase(taken_.begin(), event);
  return count > 0;
}

void Log::report_drops() {
  const std::uint64_t now = dropped();
  if (now == reported_drops_) return;
  LogEvent event{clock_(), Level::error, Cause::log_dropped, {}, {{"records", now - reported_drops_}}};
  reported_drops_ = now;
  write_event(event);
}

void Log::report_recoveries() {
  for (const Outage& outage : files_->take_recoveries()) {
    LogEvent event{clock_(), Level::error, Cause::log_write_failed, {}, {}};
    event.members = {
        {"file", outage.path}, {"os_error", os_error_text(outage.os_error)}, {"records_lost", outage.lost}};
    write_event(event);
    files_->flush();
  }
}

void Log::event(Level level, Cause cause, std::string_view message, std::vector<EventMember> members) {
  const bool wanted = level >= switches_.level.load(std::memory_order_relaxed) || always_written(cause);
  LogEvent event{clock_(), level, cause, std::string{message}, std::move(members)};
  {
    const std::lock_guard lock{mutex_};
    if (is_counted(cause)) event_failures_.add(cause);
    if (!wanted) return;
    if (events_.size() >= events_limit) {
      ++dropped_events_;
      return;
    }
    events_.push_back(std::move(event));
  }
  wake_.notify_one();
}

void Log::reopen() {
  {
    const std::lock_guard lock{mutex_};
    reopen_ = true;
  }
  wake_.notify_one();
}

void Log::apply(LogSettings settings) {
  switches_.level = settings.level;
  switches_.access = settings.access;
  {
    const std::lock_guard lock{mutex_};
    new_settings_ = std::move(settings);
  }
  wake_.notify_one();
}

std::uint64_t Log::dropped() const {
  std::uint64_t sum = dropped_events_;
  for (const auto& writer : writers_) sum += writer->dropped();
  return sum;
}

FailureTotals Log::failures() const {
  FailureTotals totals;
  for (const auto& writer : writers_) totals += writer->failures();
  totals += event_failures_;
  return totals;
}

std::uint64_t Log::written() const { return files_->counters().written; }
std::uint64_t Log::write_failures() const { return files_->counters().write_failures; }
std::uint64_t Log::lost() const { return files_->counters().lost; }

}  // namespace headgate::observe
