#include "net/timer.hpp"

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <utility>

namespace headgate::net {

struct Timer::State {
  explicit State(boost::asio::io_context& context) : timer{context} {}
  boost::asio::steady_timer timer;
  std::function<void()> then;
  std::uint64_t round = 0;  ///< tells a wait that was replaced while its end was queued
};

Timer::Timer(boost::asio::io_context& context) : state_{std::make_shared<State>(context)} {}

Timer::~Timer() { cancel(); }

void Timer::at(Clock::time_point time, std::function<void()> then) {
  state_->then = std::move(then);
  state_->timer.expires_at(time);
  state_->timer.async_wait([state = state_, round = ++state_->round](boost::system::error_code error) {
    if (error || round != state->round || !state->then) return;
    std::exchange(state->then, nullptr)();
  });
}

void Timer::cancel() {
  ++state_->round;
  state_->then = nullptr;
  state_->timer.cancel();
}

bool Timer::armed() const { return state_->then != nullptr; }

}  // namespace headgate::net
