#include "observe/log_files.hpp"

#include <spdlog/logger.h>

#include <array>
#include <utility>

#include "observe/console_sink.hpp"
#include "observe/log_file_name.hpp"
#include "observe/retention.hpp"

namespace headgate::observe {
namespace {

constexpr std::chrono::minutes sweep_interval{1};

Zone zone_of(const LogSettings& settings) { return settings.local_time ? Zone::local : Zone::utc; }

spdlog::level::level_enum spdlog_level(Level level) {
  constexpr std::array levels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};
  return levels[static_cast<std::size_t>(level)];
}

std::unique_ptr<spdlog::logger> logger_on(std::string_view name, std::shared_ptr<HourlyFileSink> sink) {
  auto logger = std::make_unique<spdlog::logger>(std::string{name}, std::move(sink));
  logger->set_level(spdlog::level::trace);  // levels were decided on the worker
  return logger;
}

}  // namespace

LogFiles::LogFiles(LogSettings settings) : settings_{std::move(settings)} {
  const auto file = [this](std::string_view prefix) {
    return std::make_shared<HourlyFileSink>(settings_.directory, std::string{prefix}, zone_of(settings_), counters_);
  };
  error_file_ = file(error_prefix);
  access_file_ = file(access_prefix);
  errors_ = logger_on(error_prefix, error_file_);
  accesses_ = logger_on(access_prefix, access_file_);
  set_console(settings_.console);
}

LogFiles::~LogFiles() = default;

void LogFiles::write_error(TimeStamp time, Level level, std::string_view line) {
  errors_->log(time, {}, spdlog_level(level), line);
}

void LogFiles::write_access(TimeStamp time, std::string_view line) {
  accesses_->log(time, {}, spdlog::level::info, line);
}

void LogFiles::flush() {
  errors_->flush();
  accesses_->flush();
}

void LogFiles::reopen() {
  error_file_->reopen();
  access_file_->reopen();
}

void LogFiles::apply(LogSettings settings) {
  if (settings.directory != settings_.directory || settings.local_time != settings_.local_time) {
    error_file_->move_to(settings.directory, zone_of(settings));
    access_file_->move_to(settings.directory, zone_of(settings));
  }
  if (settings.console != settings_.console) set_console(settings.console);
  settings_ = std::move(settings);
  next_sweep_ = {};
}

void LogFiles::set_console(bool on) {
  for (const auto& logger : {errors_.get(), accesses_.get()}) {
    logger->sinks().resize(1);
    if (!on) continue;
    logger->sinks().push_back(std::make_shared<ConsoleSink>());
  }
}

void LogFiles::keep_house(TimeStamp now) {
  const CivilHour hour = civil_hour(now, zone());
  if (hour == last_hour_ && now < next_sweep_) return;
  last_hour_ = hour;
  next_sweep_ = now + sweep_interval;
  error_file_->close_past(hour);
  access_file_->close_past(hour);
  enforce_retention(settings_.directory, now, zone(), {settings_.retention, settings_.max_total_bytes});
}

std::vector<Outage> LogFiles::take_recoveries() {
  std::vector<Outage> outages;
  for (const auto& file : {error_file_, access_file_}) {
    if (auto outage = file->take_recovery()) outages.push_back(std::move(*outage));
  }
  return outages;
}

}  // namespace headgate::observe
