#include "net/event_loop.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/coarse_time.hpp"

namespace headgate::net {

namespace asio = boost::asio;

/// Work from other threads: an io_context that is run when its bell, an eventfd in the poller, has rung.
class EventLoop::Inbox final : public Watcher {
 public:
  explicit Inbox(Poller& poller) : poller_{poller}, bell_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    if (bell_ < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
    poller_.add(bell_, *this);
  }
  ~Inbox() {
    poller_.remove(bell_, *this, true);
    ::close(bell_);
  }

  void post(std::function<void()> work) {
    asio::post(context_, std::move(work));
    ring();
  }
  void ring() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(bell_, &one, sizeof one);  // full: it rings already
  }

  void on_ready(std::uint32_t) override {
    std::uint64_t rung = 0;
    [[maybe_unused]] const auto got = ::read(bell_, &rung, sizeof rung);
    context_.restart();
    context_.poll();
  }

 private:
  Poller& poller_;
  int bell_;
  asio::io_context context_{1};
};

EventLoop::EventLoop() : inbox_{std::make_unique<Inbox>(poller_)}, epoch_ms_{base::coarse_nanoseconds() / 1'000'000} {
  wheel_.on_first([](void* self) { static_cast<EventLoop*>(self)->wake_wheel(); }, this);
}

EventLoop::~EventLoop() = default;

std::uint64_t EventLoop::ticks_now() const {
  return (base::coarse_nanoseconds() / 1'000'000 - epoch_ms_) / static_cast<std::uint64_t>(DeadlineWheel::tick.count());
}

void EventLoop::wake_wheel() { wheel_.jump_to(std::max(wheel_.now(), ticks_now())); }

void EventLoop::run_once(std::chrono::milliseconds longest) {
  const bool ticking = !wheel_.empty();
  const bool bounded = longest.count() >= 0;
  poller_.wait(ticking ? (bounded ? std::min(longest, DeadlineWheel::tick) : DeadlineWheel::tick) : longest);
  // First the time, so that what the events arm or measure does not count from before the wait and end early; then the
  // events, so that bytes which are there win against the time that they took.
  if (ticking)
    wheel_.set_time(ticks_now());
  else
    wake_wheel();
  poller_.tell();
  if (!wheel_.empty()) wheel_.advance_to(wheel_.now());
}

void EventLoop::run() {
  while (!stopped_.load(std::memory_order_relaxed)) run_once(std::chrono::milliseconds{-1});
}

void EventLoop::stop() {
  stopped_.store(true, std::memory_order_relaxed);
  inbox_->ring();
}

void EventLoop::post(std::function<void()> work) { inbox_->post(std::move(work)); }

}  // namespace headgate::net
