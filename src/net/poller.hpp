// Readiness of descriptors, edge-triggered, on one epoll set. It stands beside Asio because Asio 1.81 tries every read
// once before it waits: two wasted system calls for each proxied request (docs/performance.md).
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

namespace headgate::net {

/// Who wants to know of a descriptor. Not copied or moved while it is added.
class Watcher {
 public:
  Watcher() = default;
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  /// EPOLL* bits. Each change is told once: remember it. The watcher may be removed and destroyed inside.
  virtual void on_ready(std::uint32_t events) = 0;

 protected:
  ~Watcher() = default;
};

class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// Tells of room to write as well as of bytes to read and of the peer's close, for as long as it is added.
  void add(int fd, Watcher& watcher);
  /// Level-triggered and reading only: for listeners, where what is left in the queue must be told again.
  void add_listener(int fd, Watcher& watcher);
  /// Before the descriptor is closed. `closing` spares a system call: the close removes it from the set.
  void remove(int fd, Watcher& watcher, bool closing);

  /// Tells the watcher in the next turn that there is room to write, whatever the kernel says: for one that has had its
  /// share of this turn, so that the others have theirs.
  void tell_again(Watcher& watcher) { again_.push_back(&watcher); }
  /// Counts the waits: what happens between two of them is one turn.
  [[nodiscard]] std::uint64_t turn() const { return turn_; }

  /// Waits for up to `timeout`; negative: without limit.
  void wait(std::chrono::milliseconds timeout);
  /// Tells the watchers what the wait has found.
  void tell();

 private:
  int fd_;
  int next_ = 0;  ///< of the batch that is being told
  int count_ = 0;
  std::uint64_t turn_ = 0;
  std::array<epoll_event, 256> batch_;
  std::vector<Watcher*> again_;   ///< to be told in the next turn; null: removed meanwhile
  std::vector<Watcher*> served_;  ///< of this turn
};

}  // namespace headgate::net
