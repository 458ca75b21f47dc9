#include "upstream/wait_queue.hpp"

#include <utility>

namespace headgate::upstream {

WaitQueue::WaitQueue(net::DeadlineWheel& wheel, std::size_t worker, std::shared_ptr<WaitingWorkers> others)
    : wheel_{wheel},
      worker_{worker},
      others_{std::move(others)},
      tick_{wheel, [](void* self) { static_cast<WaitQueue*>(self)->look_again(); }, this} {}

void WaitQueue::add(Waiter& waiter) {
  waiter.ticket_ = others_->next_ticket();
  waiters_.push_back(waiter);
  if (counters_ != nullptr) counters_->queued.add();
  count_length();
  if (waiters_.size() == 1) others_->stand_first(worker_, waiter.ticket_);
  if (!tick_.armed()) tick_.arm(std::chrono::milliseconds{0});
}

void WaitQueue::remove(Waiter& waiter) {
  const bool first = &waiters_.front() == &waiter;
  waiters_.erase(waiters_.iterator_to(waiter));
  count_length();
  if (first) others_->stand_first(worker_, waiters_.empty() ? 0 : waiters_.front().ticket_);
}

void WaitQueue::count_length() {
  if (counters_ != nullptr) counters_->queue_length.set(waiters_.size());
}

void WaitQueue::place_freed() {
  if (closed_ || !others_->any()) return;
  const auto worker = others_->longest_waiting();
  if (worker == worker_) return look_again();
  if (worker) others_->wake(*worker);
}

void WaitQueue::look_again() {
  if (waiters_.empty() || closed_) return;
  look_once_more_ = true;
  if (std::exchange(looking_, true)) return;
  const auto self = shared_from_this();  // who goes on may end with the last one that holds it
  while (std::exchange(look_once_more_, false))
    while (serve_one()) {
    }
  looking_ = false;
  if (!waiters_.empty() && !tick_.armed()) tick_.arm(std::chrono::milliseconds{0});
}

/// True: one has gone on, and anything may have happened meanwhile.
bool WaitQueue::serve_one() {
  for (Waiter& waiter : waiters_) {
    const Error result = waiter.try_again();
    if (result.cause != Cause::queue_full) {
      waiter.end(result);
      return true;
    }
    if (!waiter.is_choosy()) return false;
  }
  return false;
}

Waiter::Waiter(WaitQueue& queue, net::ConnectCanceller& canceller)
    : queue_{queue},
      canceller_{canceller},
      deadline_{queue.wheel_, [](void* self) { static_cast<Waiter*>(self)->end(Cause::queue_timeout); }, this} {}

Waiter::~Waiter() {
  if (is_linked()) queue_.remove(*this);
}

bool Waiter::await_ready() const { return queue_.waiters_.size() >= queue_.rules_.size; }

void Waiter::await_suspend(std::coroutine_handle<> waiting) {
  waiting_ = waiting;
  deadline_.arm(queue_.rules_.timeout);
  canceller_.set([](void* self) { static_cast<Waiter*>(self)->end(Cause::client_closed); }, this);
  queue_.add(*this);
}

void Waiter::end(Error result) {
  result_ = result;
  canceller_.set(nullptr, nullptr);
  deadline_.disarm();
  queue_.remove(*this);
  waiting_.resume();
}

}  // namespace headgate::upstream
