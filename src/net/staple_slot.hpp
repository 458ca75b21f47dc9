#pragma once

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
  const base::OcspQuestion question;
  StapleSlot slot;
};

}  // namespace headgate::net
