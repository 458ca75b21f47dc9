#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "config/upstream_settings.hpp"
#include "upstream/traffic_window.hpp"

namespace headgate::upstream {

/// How many endpoints of one upstream may be ejected at once. Shared by them; every thread.
class EjectionQuota {
 public:
  /// An upstream of `backends`, of which `percent` may be ejected, rounded down. Those that are ejected stay so.
  void set_limit(std::uint32_t backends, std::uint32_t percent) { limit_ = backends * percent / 100; }
  /// False: as many as may be are ejected already.
  bool take();
  void give_back() { --taken_; }
  [[nodiscard]] std::uint32_t taken() const { return taken_; }

 private:
  std::atomic<std::uint32_t> limit_{0};
  std::atomic<std::uint32_t> taken_{0};
};

/// An endpoint's ejections: each one that follows soon lasts twice as long. `now` is monotonic nanoseconds.
class Ejection {
 public:
  /// Whether so many failures in a row, or this traffic, are reason to eject.
  [[nodiscard]] static bool warranted(const config::PassiveHealth& rules, std::uint32_t failures_in_a_row,
                                      const Traffic& traffic);

  struct Term {
    std::uint64_t until = 0;
    std::uint32_t times = 0;  ///< in a row, this one included
  };
  /// The next one: for eject_for, doubled for each ejection that it follows. But those are forgotten once the endpoint
  /// has been back for as long as it would now be ejected.
  [[nodiscard]] Term next(const config::PassiveHealth& rules, std::uint64_t now) const;

  void begin(const Term& term);
  void end(std::uint64_t now);
  [[nodiscard]] bool over(std::uint64_t now) const { return lasts_ && now >= term_.until; }

  [[nodiscard]] bool lasts() const { return lasts_; }
  /// Of the present, or else the last, ejection.
  [[nodiscard]] const Term& term() const { return term_; }
  /// Requests from before this moment say nothing of the endpoint as it is now.
  [[nodiscard]] std::uint64_t ended_at() const { return ended_at_; }

 private:
  bool lasts_ = false;
  Term term_;
  std::uint64_t ended_at_ = 0;
};

}  // namespace headgate::upstream
