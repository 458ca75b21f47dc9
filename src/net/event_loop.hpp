// One worker's loop: an io_context that one thread runs, and the deadlines that this thread's connections have.
#pragma once

#include <functional>
#include <memory>

#include "net/deadline_wheel.hpp"

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

  boost::asio::io_context& context();
  DeadlineWheel& wheel() { return wheel_; }

  /// Runs until stop(); on one thread.
  void run();
  /// From any thread.
  void stop();
  /// After run(): runs what the closing of streams has left to do.
  void flush();
  /// Runs it on the loop's thread, later. From any thread.
  void post(std::function<void()> work);

 private:
  class Ticker;
  DeadlineWheel wheel_;
  std::unique_ptr<Ticker> ticker_;
};

}  // namespace headgate::net
