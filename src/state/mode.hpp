// Whether a store works or goes on without what it stands on; told to the log at each change, and while it fails, when
// the reason becomes another one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "observe/log.hpp"

namespace headgate::state {

/// What errors have in common that differ only in what varies: their words of letters. Numbers, addresses, keys and
/// what is in quotes are left out.
std::string gist_of(std::string_view error);

class Mode {
 public:
  Mode(std::string_view store, observe::Log& log, observe::WallClock clock);

  void failed(std::string_view error);
  void works();

  /// So many lines of the log an outage has at most, whatever a server says.
  static constexpr std::size_t most_reasons = 8;

  [[nodiscard]] bool degraded() const { return degraded_; }
  [[nodiscard]] observe::TimeStamp since() const { return since_; }
  /// The latest failure, even when all is well again; empty: none so far.
  [[nodiscard]] const std::string& last_error() const { return last_error_; }
  [[nodiscard]] std::uint64_t errors() const { return errors_; }

 private:
  std::string store_;
  observe::Log& log_;
  observe::WallClock clock_;
  bool degraded_ = false;
  observe::TimeStamp since_;
  std::string last_error_;
  std::set<std::string> told_;  ///< gists, of this outage
  std::uint64_t errors_ = 0;
};

}  // namespace headgate::state
