// Reloads of the configuration file. Every attempt leaves a receipt: in the log, and as a line on standard output.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "admin/proxy.hpp"
#include "app/runtime.hpp"
#include "observe/log.hpp"

namespace headgate::app {

/// A file is written in several steps: it is whole when it has been quiet for this long.
constexpr std::chrono::milliseconds settle_time{100};

enum class ReloadTrigger : std::uint8_t { file, signal, admin };

class Reloader {
 public:
  /// `path` empty: there is no file (the demo), and an attempt says so. `hash`: of what serves now.
  Reloader(std::string path, Runtime& runtime, observe::Log& log, std::string hash);

  /// Reads, checks and applies the file. The paths that it refers to, if it was applied.
  std::optional<std::vector<std::string>> reload(ReloadTrigger trigger);
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const admin::ReloadCounts& counts() const { return counts_; }
  [[nodiscard]] const std::optional<admin::ReloadView>& last() const { return last_; }
  /// The last attempt could not read the file for want of descriptors: it is worth another one soon.
  [[nodiscard]] bool unreadable_for_now() const { return unreadable_for_now_; }
  [[nodiscard]] bool file_is_empty() const;
  /// Empty, or changed a moment ago and refused as it stands: who writes it is probably not done.
  [[nodiscard]] bool looks_half_written() const;

 private:
  enum class Outcome : std::uint8_t { applied, unchanged, refused };
  static const char* name_of(Outcome outcome);
  struct Receipt {
    Outcome outcome = Outcome::refused;
    std::string hash;
    std::vector<std::string> reasons;  ///< why it was refused, or what needs a restart
    double milliseconds = 0;
  };
  void remember(const Receipt& receipt);
  void hand_out(const Receipt& receipt, ReloadTrigger trigger);
  std::optional<std::vector<std::string>> apply(Receipt& receipt);

  std::string path_;
  Runtime& runtime_;
  observe::Log& log_;
  std::string hash_;
  std::uint64_t attempts_ = 0;
  admin::ReloadCounts counts_;
  std::optional<admin::ReloadView> last_;
  bool unreadable_for_now_ = false;
};

}  // namespace headgate::app
