#include "net/event_loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <optional>
#include <utility>

namespace headgate::net {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

/// Moves the wheel while it holds a deadline and sleeps otherwise: an idle daemon does not wake up.
class EventLoop::Ticker {
 public:
  explicit Ticker(DeadlineWheel& wheel) : wheel_{wheel} {
    wheel_.on_first([](void* self) { static_cast<Ticker*>(self)->start(); }, this);
  }

  // One thread runs it, so Asio needs no lock around its descriptors; the queue keeps its own, for post().
  asio::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work{context.get_executor()};

 private:
  static std::uint64_t ticks_since(Clock::time_point start) {
    return static_cast<std::uint64_t>((Clock::now() - start) / DeadlineWheel::tick);
  }

  void start() {
    wheel_.jump_to(std::max(wheel_.now(), ticks_since(epoch_)));
    if (!running_) wait();
  }

  void wait() {
    running_ = true;
    timer_.expires_after(DeadlineWheel::tick);
    timer_.async_wait([this](boost::system::error_code error) {
      running_ = false;
      if (error) return;
      wheel_.advance_to(ticks_since(epoch_));
      if (!wheel_.empty() && !running_) wait();
    });
  }

  DeadlineWheel& wheel_;
  Clock::time_point epoch_ = Clock::now();
  asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, asio::io_context::executor_type> timer_{context};
  bool running_ = false;
};

EventLoop::EventLoop() : ticker_{std::make_unique<Ticker>(wheel_)} {}
EventLoop::~EventLoop() = default;

asio::io_context& EventLoop::context() { return ticker_->context; }
void EventLoop::run() { ticker_->context.run(); }
void EventLoop::stop() { ticker_->context.stop(); }
void EventLoop::flush() {
  ticker_->context.restart();
  ticker_->context.poll();
}
void EventLoop::post(std::function<void()> work) { asio::post(ticker_->context, std::move(work)); }

}  // namespace headgate::net
