// Whether a store works or goes on without what it stands on; told to the log once at each change.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "observe/log.hpp"

namespace headgate::state {

class Mode {
 public:
  Mode(std::string_view store, observe::Log& log, observe::WallClock clock);

  void failed(std::string_view error);
  void works();

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
  std::uint64_t errors_ = 0;
};

}  // namespace headgate::state
