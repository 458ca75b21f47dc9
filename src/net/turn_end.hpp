#pragma once

#include <cstdint>

#include "net/poller.hpp"

namespace headgate::net {

/// Calls back once the events of this turn of the loop have been told: for work, such as a write, that many of them
/// may ask for and that is done once for all.
class TurnEnd final : private Watcher {
 public:
  using Callback = void (*)(void* context);

  TurnEnd(Poller& poller, Callback callback, void* context) : poller_{poller}, callback_{callback}, context_{context} {}
  ~TurnEnd() {
    if (asked_) poller_.remove(-1, *this, true);
  }

  /// From the callback: at the end of the next turn, which then does not wait. The owner may be destroyed inside.
  void ask() {
    if (asked_) return;
    asked_ = true;
    poller_.tell_again(*this);
  }

 private:
  void on_ready(std::uint32_t /*events*/) override {
    asked_ = false;
    callback_(context_);
  }

  Poller& poller_;
  Callback callback_;
  void* context_;
  bool asked_ = false;
};

}  // namespace headgate::net
