// One worker's loop: the readiness of its sockets, the deadlines of its connections, and an io_context for the work
// that other threads send it.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

#include "net/deadline_wheel.hpp"
#include "net/poller.hpp"
#include "net/tls_workspace.hpp"

namespace boost::asio {
class io_context;
}

namespace headgate::net {

class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  DeadlineWheel& wheel() { return wheel_; }
  Poller& poller() { return poller_; }
  TlsWorkspace& tls() { return tls_; }

  /// Runs until stop(); on one thread.
  void run();
  /// One turn: waits for up to `longest`, or less if a deadline is near. For tests.
  void run_once(std::chrono::milliseconds longest);
  /// From any thread.
  void stop();
  /// Runs it on the loop's thread, later, in the order of the calls. From any thread.
  void post(std::function<void()> work);

 private:
  class Inbox;

  /// A started wheel moves on every tick; an empty one sleeps, and so does an idle daemon.
  void wake_wheel();
  [[nodiscard]] std::uint64_t ticks_now() const;

  DeadlineWheel wheel_;
  Poller poller_;
  TlsWorkspace tls_;
  std::unique_ptr<Inbox> inbox_;
  std::uint64_t epoch_ms_;
  std::atomic<bool> stopped_{false};
};

}  // namespace headgate::net
