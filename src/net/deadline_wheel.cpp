#include "net/deadline_wheel.hpp"

#include <algorithm>

namespace headgate::net {

Deadline::~Deadline() {
  if (linked_ != never) wheel_.unlink(*this);
}

void Deadline::arm(std::chrono::milliseconds after) {
  if (linked_ == never && wheel_.empty() && wheel_.first_callback_ != nullptr)
    wheel_.first_callback_(wheel_.first_context_);
  const auto wanted = std::max<std::int64_t>(after.count(), 0);
  // Rounded up, and one more: the current tick has begun already.
  const auto ticks =
      static_cast<std::uint64_t>((wanted + DeadlineWheel::tick.count() - 1) / DeadlineWheel::tick.count());
  due_ = wheel_.now_ + ticks + 1;
  if (linked_ != never) {
    if (linked_ <= due_) return;  // looked at early enough; it will be linked on from there
    wheel_.unlink(*this);
  }
  wheel_.link(*this);
}

void DeadlineWheel::link(Deadline& deadline) {
  const std::uint64_t at = std::min(deadline.due_, position_ + slots - 1);
  Deadline*& head = heads_[at % slots];
  deadline.linked_ = at;
  deadline.previous_ = nullptr;
  deadline.next_ = head;
  if (head != nullptr) head->previous_ = &deadline;
  head = &deadline;
  ++linked_count_;
}

void DeadlineWheel::unlink(Deadline& deadline) {
  if (cursor_ == &deadline) cursor_ = deadline.next_;
  if (deadline.next_ != nullptr) deadline.next_->previous_ = deadline.previous_;
  if (deadline.previous_ != nullptr)
    deadline.previous_->next_ = deadline.next_;
  else
    heads_[deadline.linked_ % slots] = deadline.next_;
  deadline.previous_ = deadline.next_ = nullptr;
  deadline.linked_ = Deadline::never;
  --linked_count_;
}

void DeadlineWheel::run_slot(std::size_t index) {
  cursor_ = heads_[index];
  while (cursor_ != nullptr) {
    Deadline& deadline = *cursor_;
    cursor_ = deadline.next_;
    if (deadline.linked_ > position_) continue;  // a later turn of the wheel
    unlink(deadline);
    if (deadline.due_ == Deadline::never) continue;
    if (deadline.due_ > position_) {
      link(deadline);
      continue;
    }
    deadline.due_ = Deadline::never;
    deadline.callback_(deadline.context_);
  }
}

void DeadlineWheel::advance_to(std::uint64_t ticks) {
  set_time(ticks);
  // After a long pause (a stopped process) every slot is looked at once; none needs a second look.
  if (ticks > position_ + slots) position_ = ticks - slots;
  while (position_ < ticks) {
    ++position_;
    run_slot(position_ % slots);
  }
}

}  // namespace headgate::net
