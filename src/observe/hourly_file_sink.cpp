#include "observe/hourly_file_sink.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/console.hpp"
#include "observe/log_file_name.hpp"
#include "observe/os_error_text.hpp"

namespace headgate::observe {
namespace {

std::uint64_t lines_in(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

/// The log cannot say it: the last resort is the terminal, the journal or the container's log.
void tell_stderr(const std::string& text) { base::write_at_once(STDERR_FILENO, text); }

}  // namespace

HourlyFileSink::HourlyFileSink(std::string directory, std::string prefix, Zone zone, LogCounters& counters,
                               SteadyClock clock)
    : directory_{std::move(directory)},
      prefix_{std::move(prefix)},
      zone_{zone},
      counters_{counters},
      clock_{std::move(clock)} {}

HourlyFileSink::~HourlyFileSink() {
  next_look_ = {};
  flush_();
  give_up_pending();
}

std::string HourlyFileSink::path() const { return directory_ + "/" + log_file_name(prefix_, hour_); }

void HourlyFileSink::sink_it_(const spdlog::details::log_msg& message) {
  const CivilHour hour = civil_hour(std::chrono::floor<std::chrono::microseconds>(message.time), zone_);
  if (hour != hour_) turn_to(hour);
  pending_.append(message.payload.data(), message.payload.size());
  if (pending_.size() >= flush_bytes) flush_();
}

/// Also turns back: a worker's record may arrive a moment after another one's of the next hour. Files are appended to.
void HourlyFileSink::turn_to(const CivilHour& hour) {
  flush_();
  give_up_pending();
  file_.close();
  hour_ = hour;
}

void HourlyFileSink::flush_() {
  if (pending_.empty() || !ready()) return;
  const AppendFile::Written result = file_.append(pending_);
  counters_.written += lines_in(std::string_view{pending_}.substr(0, result.bytes));
  pending_.erase(0, result.bytes);
  if (result.os_error != 0) {
    fail(result.os_error);
  } else if (outage_) {
    recover();
  }
}

/// Whether the file is open and ours to write to.
bool HourlyFileSink::ready() {
  const auto now = clock_();
  if (file_.is_open() && now < next_look_) return true;
  if (outage_ && now < next_look_) {
    if (pending_.size() >= pending_bytes) give_up_pending();
    return false;
  }
  next_look_ = now + retry_pause;
  if (file_.is_open() && file_.still_there()) return true;
  int os_error = create_directories(directory_);
  if (os_error == 0) os_error = file_.open(path());
  if (os_error != 0) fail(os_error);
  return os_error == 0;
}

void HourlyFileSink::fail(int os_error) {
  ++counters_.write_failures;
  file_.close();
  next_look_ = clock_() + retry_pause;
  if (!outage_) {
    outage_ = Outage{path(), os_error, 0};
    tell_stderr(
        fmt::format("headgate: cannot write {}: {}; trying again every second\n", path(), os_error_text(os_error)));
  }
  if (pending_.size() >= pending_bytes) give_up_pending();
}

void HourlyFileSink::recover() {
  tell_stderr(fmt::format("headgate: {} is written again; {} log lines were lost\n", path(), outage_->lost));
  recovered_ = std::exchange(outage_, std::nullopt);
}

void HourlyFileSink::give_up_pending() {
  const std::uint64_t lines = lines_in(pending_);
  counters_.lost += lines;
  if (outage_) outage_->lost += lines;
  pending_.clear();
}

void HourlyFileSink::reopen() {
  flush_();
  file_.close();
  next_look_ = {};  // try at once, also in an outage
}

void HourlyFileSink::move_to(std::string directory, Zone zone) {
  turn_to({});
  directory_ = std::move(directory);
  zone_ = zone;
  next_look_ = {};
}

void HourlyFileSink::close_past(const CivilHour& now) {
  if (hour_ < now && file_.is_open()) turn_to({});
}

std::optional<Outage> HourlyFileSink::take_recovery() { return std::exchange(recovered_, std::nullopt); }

}  // namespace headgate::observe
