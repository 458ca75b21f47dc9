// What of an endpoint's health outlives the process, and is shared with other instances.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/decision.hpp"
#include "upstream/moment.hpp"

namespace headgate::upstream {

/// Each part stands by itself and carries when and by which instance it was last changed: of two records the part
/// counts whose change holds over the other (base/decision.hpp).
/// A part that is absent was never changed, or its keeper does not want it taken over.
struct HealthRecord {
  struct Drain {
    bool drained = false;
    TimeStamp changed{};
    std::string by = base::instance_name();
  };
  struct Ejection {
    TimeStamp until{};        ///< in the past: it is over, or was ended early
    std::uint32_t times = 0;  ///< ejections in a row, which double the next one
    TimeStamp changed{};
    bool by_operator = false;  ///< whatever max_ejected_percent says
    std::string by = base::instance_name();
  };
  struct Breaker {
    bool open =
        false;  ///< half-open counts as open: with the time up, whoever takes it over lets its own trials through
    TimeStamp until{};
    TimeStamp changed{};
    std::string by = base::instance_name();
  };
  struct Probe {
    bool healthy = true;
    TimeStamp changed{};
    std::string by = base::instance_name();
  };

  /// The time of a change that replaces `before`: later than that even when it came from an instance whose clock is
  /// ahead of ours, or everybody would go on following it.
  template <class Part>
  static TimeStamp change_after(const std::optional<Part>& before, TimeStamp now) {
    return before ? std::max(now, before->changed + std::chrono::microseconds{1}) : now;
  }

  std::optional<Drain> drain;
  std::optional<Ejection> ejection;
  std::optional<Breaker> breaker;
  std::optional<Probe> probe;
};

}  // namespace headgate::upstream
