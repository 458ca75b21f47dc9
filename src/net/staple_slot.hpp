#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

#include "base/ocsp_question.hpp"
#include "base/ocsp_response.hpp"

namespace headgate::net {

/// What is stapled to a certificate at the moment; null: nothing. Put there by one thread, used by all workers.
class StapleSlot {
 public:
  using Response = std::shared_ptr<const base::OcspResponse>;

  void put(Response response) {
    const std::lock_guard lock{mutex_};
    response_ = std::move(response);
  }
  [[nodiscard]] Response get() const {
    const std::lock_guard lock{mutex_};
    return response_;
  }

 private:
  mutable std::mutex mutex_;  ///< guards the next; as TicketKeys have one: a pointer's copy in a whole handshake
  Response response_;
};

/// One that Headgate fills itself. Outlives reloads.
struct FetchedStaple {
  explicit FetchedStaple(const base::Certificate& certificate) : question{certificate} {}

  /// What the authority says now: stapled if it is good, else nothing is. False: it has said something newer before,
  /// and somebody on the way plays the old answer again, "good" from before the revocation.
  bool take(base::OcspResponse response) {
    if (response.valid_from() < said_at_) return false;
    said_at_ = response.valid_from();
    slot.put(response.is_good() ? std::make_shared<const base::OcspResponse>(std::move(response)) : nullptr);
    return true;
  }

  const base::OcspQuestion question;
  StapleSlot slot;

 private:
  std::chrono::sys_seconds said_at_ = std::chrono::sys_seconds::min();
};

}  // namespace headgate::net
