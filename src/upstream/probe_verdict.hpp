#pragma once

#include <cstdint>

#include "config/upstream_settings.hpp"

namespace headgate::upstream {

/// What an upstream makes of the results of an endpoint's probes.
class ProbeVerdict {
 public:
  enum class State : std::uint8_t {
    none,      ///< it has no probes
    unprobed,  ///< not used until the first result
    healthy,
    unhealthy
  };

  [[nodiscard]] State state() const { return state_; }
  /// Results of the last kind in a row.
  [[nodiscard]] std::uint32_t in_a_row() const { return in_a_row_; }

  /// It has probes from now on, unless it had before: then its state stays.
  void begin(config::InitialHealth initial);
  /// It has no probes any more.
  void end() { *this = {}; }
  /// The verdict of an earlier run, or of another instance.
  void adopt(bool healthy);
  /// True: the state has changed.
  bool take(bool success, const config::ActiveHealth& rules);

 private:
  State state_ = State::none;
  bool last_success_ = true;
  std::uint32_t in_a_row_ = 0;
};

}  // namespace headgate::upstream
