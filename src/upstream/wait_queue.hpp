// The requests of one worker that wait for a place on a busy upstream.
#pragma once

#include <boost/intrusive/list.hpp>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "headgate/error.hpp"
#include "net/connector.hpp"
#include "net/deadline_wheel.hpp"
#include "observe/traffic_counters.hpp"
#include "upstream/waiting_workers.hpp"

namespace headgate::upstream {

struct QueueRules {
  std::size_t size = 256;  ///< 0: nobody waits
  std::chrono::milliseconds timeout{3'000};
};

class WaitQueue;

/// One request that waits: co_await it. What it waits for is up to the derived class.
///   none: try_again() got it. queue_full: no room in the queue. queue_timeout, client_closed (cancelled), or what
///   try_again() failed with.
class Waiter : public boost::intrusive::list_base_hook<> {
 public:
  /// `canceller` ends the wait from outside.
  Waiter(WaitQueue& queue, net::ConnectCanceller& canceller);
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  virtual ~Waiter();

  [[nodiscard]] bool await_ready() const;
  void await_suspend(std::coroutine_handle<> waiting);
  [[nodiscard]] Error await_resume() const { return result_; }

 private:
  friend class WaitQueue;
  /// none: it has what it waited for. queue_full: not yet. Anything else: there is no use in waiting.
  virtual Error try_again() = 0;
  /// That it gets nothing does not mean that the one behind it would get nothing.
  [[nodiscard]] virtual bool is_choosy() const = 0;
  void end(Error result);

  WaitQueue& queue_;
  net::ConnectCanceller& canceller_;
  net::Deadline deadline_;
  std::coroutine_handle<> waiting_;
  std::uint64_t ticket_ = 0;
  Error result_{Cause::queue_full};
};

/// First come, first served. It outlives reloads: those who wait on the old configuration and those on the new one
/// stand in one line. One thread.
class WaitQueue : public std::enable_shared_from_this<WaitQueue> {
 public:
  /// `others`: how many workers there may be is known there.
  WaitQueue(net::DeadlineWheel& wheel, std::size_t worker, std::shared_ptr<WaitingWorkers> others);
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;

  void apply(const QueueRules& rules) { rules_ = rules; }
  void count_into(observe::UpstreamCounters& counters) { counters_ = &counters; }
  /// Somebody waits, in this worker or another one: a request that comes now stands behind them.
  [[nodiscard]] bool anybody_waits() const { return others_->any(); }
  [[nodiscard]] std::size_t size() const { return waiters_.size(); }

  /// A place has become free: it is for who has waited longest, in whatever worker.
  void place_freed();
  /// Those who wait here try again, in their order, and go on with what they get. Not twice at once: what happens
  /// meanwhile is looked at before it returns.
  void look_again();
  /// Nobody is woken from here on: all connections are about to be cut.
  void close() { closed_ = true; }

 private:
  friend class Waiter;

  void add(Waiter& waiter);
  void remove(Waiter& waiter);
  bool serve_one();
  void count_length();

  net::DeadlineWheel& wheel_;
  std::size_t worker_;
  std::shared_ptr<WaitingWorkers> others_;
  QueueRules rules_;
  observe::UpstreamCounters* counters_ = nullptr;  ///< null: nobody counts
  boost::intrusive::list<Waiter> waiters_;
  net::Deadline tick_;  ///< places that other workers free without a word
  bool looking_ = false;
  bool look_once_more_ = false;
  bool closed_ = false;
};

}  // namespace headgate::upstream
