#include "app/reload.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <utility>

#include "base/console.hpp"
#include "base/wall_clock.hpp"
#include "config/load.hpp"

namespace headgate::app {
namespace {

const char* trigger_name(ReloadTrigger trigger) {
  switch (trigger) {
    case ReloadTrigger::file:
      return "file";
    case ReloadTrigger::signal:
      return "signal";
    default:
      return "admin";
  }
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

/// What an open socket was opened with; a kept listener goes on with it.
void note_kept_listeners(std::vector<std::string>& notes, const config::Settings& old, const config::Settings& fresh) {
  for (const config::Listener& now : fresh.listeners) {
    const auto before = std::find_if(old.listeners.begin(), old.listeners.end(),
                                     [&](const config::Listener& listener) { return listener.address == now.address; });
    if (before == old.listeners.end()) continue;
    const std::string name = "listener \"" + now.name + "\": ";
    if (before->backlog != now.backlog) notes.push_back(name + "backlog takes effect at the next start");
    if (before->defer_accept != now.defer_accept) notes.push_back(name + "defer_accept takes effect at the next start");
    if (before->unix_mode != now.unix_mode) notes.push_back(name + "unix_mode takes effect at the next start");
  }
}

/// Settings that only a new process takes over.
std::vector<std::string> needs_restart(const config::Settings& old, const config::Settings& fresh) {
  std::vector<std::string> notes;
  if (worker_count(old) != worker_count(fresh)) notes.emplace_back("workers: takes effect at the next start");
  if (old.state != fresh.state) notes.emplace_back("state: takes effect at the next start");
  if (old.watch != fresh.watch) notes.emplace_back("watch: takes effect at the next start");
  if (old.logging.queue_records != fresh.logging.queue_records)
    notes.emplace_back("logging.queue_records: takes effect at the next start");
  note_kept_listeners(notes, old, fresh);
  return notes;
}

}  // namespace

Reloader::Reloader(std::string path, Runtime& runtime, observe::Log& log, std::string hash)
    : path_{std::move(path)}, runtime_{runtime}, log_{log}, hash_{std::move(hash)} {}

std::optional<std::vector<std::string>> Reloader::apply(Receipt& receipt) {
  if (path_.empty()) {
    receipt.reasons.emplace_back("there is no configuration file");
    return std::nullopt;
  }
  config::Loaded loaded = config::load_file(path_);
  receipt.hash = loaded.hash;
  unreadable_for_now_ = loaded.os_error == EMFILE || loaded.os_error == ENFILE;
  for (const auto& diagnostic : loaded.diagnostics) receipt.reasons.push_back(to_string(path_, diagnostic));
  if (!loaded.settings) return std::nullopt;
  if (loaded.hash == hash_) {
    receipt.outcome = Outcome::unchanged;
    return std::nullopt;
  }
  const auto logging = log_settings(loaded.settings->logging);
  receipt.reasons = config::expired_successors(runtime_.settings()->file_terms, loaded.settings->file_terms,
                                               base::wall_clock_seconds());
  if (!receipt.reasons.empty()) return std::nullopt;
  auto notes = needs_restart(*runtime_.settings(), *loaded.settings);
  receipt.reasons = runtime_.apply(std::move(*loaded.settings), loaded.hash);
  if (!receipt.reasons.empty()) return std::nullopt;
  log_.apply(logging);
  hash_ = loaded.hash;
  receipt.outcome = Outcome::applied;
  receipt.reasons = std::move(notes);
  for (const auto& warning : loaded.warnings) receipt.reasons.push_back(to_string(path_, warning) + " (warning)");
  return std::move(loaded.files);
}

std::optional<std::vector<std::string>> Reloader::reload(ReloadTrigger trigger) {
  const auto began = std::chrono::steady_clock::now();
  ++attempts_;
  Receipt receipt;
  const BoundListeners before = runtime_.listeners();
  auto files = apply(receipt);
  std::ostringstream new_listeners;  // before the receipt: who waits for that may read a port
  announce(added(before, runtime_.listeners()), new_listeners);
  base::write_at_once(STDOUT_FILENO, new_listeners.str());
  receipt.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
  remember(receipt);
  hand_out(receipt, trigger);
  return files;
}

void Reloader::remember(const Receipt& receipt) {
  ++(receipt.outcome == Outcome::applied     ? counts_.applied
     : receipt.outcome == Outcome::unchanged ? counts_.unchanged
                                             : counts_.refused);
  last_ = admin::ReloadView{name_of(receipt.outcome), receipt.hash, observe::wall_clock_now(), receipt.reasons};
}

const char* Reloader::name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::applied:
      return "applied";
    case Outcome::unchanged:
      return "unchanged";
    default:
      return "refused";
  }
}

bool Reloader::file_is_empty() const {
  std::error_code ignored;
  return std::filesystem::file_size(path_, ignored) == 0;
}

bool Reloader::looks_half_written() const {
  if (file_is_empty()) return true;
  std::error_code error;
  const auto written = std::filesystem::last_write_time(path_, error);
  if (error || std::filesystem::file_time_type::clock::now() - written >= settle_time) return false;
  return !config::load_file(path_).settings;
}

void Reloader::hand_out(const Receipt& receipt, ReloadTrigger trigger) {
  const bool refused = receipt.outcome == Outcome::refused;
  const char* outcome = name_of(receipt.outcome);
  const std::string reasons = joined(receipt.reasons);
  log_.event(refused ? observe::Level::error : observe::Level::info,
             refused ? Cause::reload_failed : Cause::reload_applied,
             refused ? "the changed configuration was refused; the old one serves on"
                     : (receipt.outcome == Outcome::applied ? "the changed configuration serves"
                                                            : "the configuration has not changed"),
             {{"reload_id", attempts_},
              {"outcome", outcome},
              {"trigger", trigger_name(trigger)},
              {"file", path_},
              {"hash", receipt.hash},
              {"duration_ms", receipt.milliseconds},
              {"detail", reasons}});
  base::write_at_once(STDOUT_FILENO,
                      "reload " + std::to_string(attempts_) + ": " + outcome + ' ' + receipt.hash + '\n');
  if (!reasons.empty()) base::write_at_once(STDERR_FILENO, reasons + '\n');
}

}  // namespace headgate::app
