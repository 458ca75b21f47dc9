// Deadlines on one coarse wheel per worker: arming is a store, not a heap operation and a system call. The wheel does
// not know a clock; whoever owns it moves it (the event loop by a timer, tests by hand).
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace headgate::net {

class DeadlineWheel;

/// One thing that may last too long. Fires late by at most two ticks, never early. Not movable: the wheel links it.
class Deadline {
 public:
  /// Called once on expiry; the deadline is disarmed then and may be armed again inside.
  using Callback = void (*)(void* context);

  Deadline(DeadlineWheel& wheel, Callback callback, void* context)
      : wheel_{wheel}, callback_{callback}, context_{context} {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline();

  /// From now; replaces what was armed. Zero or less fires at the next tick.
  void arm(std::chrono::milliseconds after);
  /// Cheap: the link stays until its slot comes by.
  void disarm() { due_ = never; }
  [[nodiscard]] bool armed() const { return due_ != never; }
  [[nodiscard]] const DeadlineWheel& wheel() const { return wheel_; }

 private:
  friend class DeadlineWheel;
  static constexpr std::uint64_t never = ~std::uint64_t{0};

  DeadlineWheel& wheel_;
  Callback callback_;
  void* context_;
  Deadline* previous_ = nullptr;
  Deadline* next_ = nullptr;
  std::uint64_t due_ = never;     ///< tick at which it fires
  std::uint64_t linked_ = never;  ///< tick at which its slot is looked at; never later than due_
};

class DeadlineWheel {
 public:
  static constexpr std::chrono::milliseconds tick{50};

  DeadlineWheel() = default;
  DeadlineWheel(const DeadlineWheel&) = delete;
  DeadlineWheel& operator=(const DeadlineWheel&) = delete;

  /// Called when the first deadline is linked to an empty wheel: time to start the timer and to tell the time.
  void on_first(Deadline::Callback callback, void* context) {
    first_callback_ = callback;
    first_context_ = context;
  }

  /// Moves to `ticks` since the wheel's start and fires what is due. Callbacks may arm, disarm and destroy deadlines.
  void advance_to(std::uint64_t ticks);
  /// Sets the time without firing: for an empty wheel whose timer had stopped.
  void jump_to(std::uint64_t ticks) { now_ = position_ = ticks; }
  /// What is armed from here on counts from `ticks`; what is due fires with the next advance_to().
  void set_time(std::uint64_t ticks) { now_ = std::max(now_, ticks); }

  [[nodiscard]] bool empty() const { return linked_count_ == 0; }
  [[nodiscard]] std::uint64_t now() const { return now_; }
  /// How long ago that tick was.
  [[nodiscard]] std::chrono::milliseconds since(std::uint64_t past) const { return time_of(now_ - past); }
  static constexpr std::chrono::milliseconds time_of(std::uint64_t ticks) {
    return static_cast<std::int64_t>(ticks) * tick;
  }

 private:
  friend class Deadline;
  static constexpr std::size_t slots = 2048;  ///< 102 s; later deadlines are linked again on the way

  void link(Deadline& deadline);
  void unlink(Deadline& deadline);
  void run_slot(std::size_t index);

  std::array<Deadline*, slots> heads_{};
  std::uint64_t now_ = 0;
  std::uint64_t position_ = 0;  ///< the tick whose slot was run last; behind now_ after a pause
  std::size_t linked_count_ = 0;
  Deadline* cursor_ = nullptr;  ///< the next one of the slot being run; unlink() moves it on
  Deadline::Callback first_callback_ = nullptr;
  void* first_context_ = nullptr;
};

}  // namespace headgate::net
