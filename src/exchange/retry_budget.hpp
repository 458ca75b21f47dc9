#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include "net/deadline_wheel.hpp"

namespace headgate::exchange {

/// Retries against requests, of one upstream in one worker: a backend that fails must not get several times the load
/// for it. A retry is permitted while few enough are running, or while few enough were made lately. The first keeps a
/// burst small; the second lets those go on that hung together on one backend, as all clients soon do, and are a small
/// share of what has passed meanwhile.
class RetryBudget {
 public:
  /// So many may run however few requests are running.
  static constexpr std::uint32_t least_running = 3;
  /// So many may be made lately however few requests there were.
  static constexpr std::uint64_t least_lately = 50;
  /// "Lately" is the span that runs and the one before it.
  static constexpr std::chrono::seconds span{5};

  explicit RetryBudget(const net::DeadlineWheel& clock) : clock_{clock} { begin_span(); }

  /// `percent` of the requests; 0: no limit.
  [[nodiscard]] bool permits(std::uint32_t percent) const {
    if (percent == 0) return true;
    const std::uint64_t running_share = std::uint64_t{running_} * percent / 100;
    if (retrying_ < std::max<std::uint64_t>(running_share, least_running)) return true;
    const std::uint64_t share = (now_.requests + before_.requests) * percent / 100;
    return now_.retries + before_.retries < std::max(share, least_lately);
  }
  [[nodiscard]] std::uint32_t running() const { return running_; }
  [[nodiscard]] std::uint32_t retrying() const { return retrying_; }

  /// One request, from its first attempt to its end.
  class Request {
   public:
    explicit Request(RetryBudget& budget) : budget_{budget} {
      budget_.turn();
      ++budget_.running_;
      ++budget_.now_.requests;
    }
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;
    ~Request() { end(); }
    /// It is none of the requests that run any more: what is left of it is a tunnel.
    void end() {
      if (std::exchange(ended_, true)) return;
      --budget_.running_;
      if (retrying_) --budget_.retrying_;
    }
    [[nodiscard]] bool may_retry(std::uint32_t percent) {
      budget_.turn();
      return retrying_ || budget_.permits(percent);
    }
    /// It is in a further attempt from now on.
    void retry() {
      ++budget_.now_.retries;
      if (!retrying_) ++budget_.retrying_;
      retrying_ = true;
    }

   private:
    RetryBudget& budget_;
    bool retrying_ = false;
    bool ended_ = false;
  };

 private:
  struct Counts {
    std::uint64_t requests = 0;
    std::uint64_t retries = 0;
  };

  void begin_span() { ends_ = clock_.now() + static_cast<std::uint64_t>(span / net::DeadlineWheel::tick); }
  void turn() {
    if (clock_.now() < ends_) return;
    const bool idle = clock_.now() >= ends_ + static_cast<std::uint64_t>(span / net::DeadlineWheel::tick);
    before_ = idle ? Counts{} : now_;
    now_ = {};
    begin_span();
  }

  const net::DeadlineWheel& clock_;
  std::uint64_t ends_ = 0;  ///< tick at which the span that runs is over
  Counts now_;
  Counts before_;
  std::uint32_t running_ = 0;
  std::uint32_t retrying_ = 0;
};

}  // namespace headgate::exchange
