#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "net/name_lookup.hpp"

namespace headgate::testing {

/// A name service that a test plays.
class FakeLookup final : public net::NameLookup {
 public:
  using Found = Result<net::FoundAddresses>;
  /// nullopt: it hangs, and is asked again soon. Called on the resolver's thread.
  using Answer = std::function<std::optional<Found>(const Endpoint&)>;

  explicit FakeLookup(Answer answer) : answer_{std::move(answer)} {}
  ~FakeLookup() override {
    for (auto& [endpoint, told] : pending_) told(Error{Cause::upstream_resolve_failed, "ended"});
  }

  void begin(const Endpoint& endpoint, Told told) override { pending_.emplace_back(endpoint, std::move(told)); }

  void wait(std::chrono::milliseconds longest) override {
    bool answered = false;
    for (auto& [endpoint, told] : std::exchange(pending_, {})) {
      if (auto found = answer_(endpoint)) {
        told(std::move(*found));
        answered = true;
      } else {
        pending_.emplace_back(endpoint, std::move(told));
      }
    }
    if (answered) return;
    std::unique_lock lock{mutex_};
    const auto most = pending_.empty() ? longest : std::min(longest, std::chrono::milliseconds{2});
    changed_.wait_for(lock, most, [this] { return std::exchange(woken_, false); });
  }

  void wake() override {
    const std::lock_guard lock{mutex_};
    woken_ = true;
    changed_.notify_all();
  }

 private:
  Answer answer_;
  std::vector<std::pair<Endpoint, Told>> pending_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
};

}  // namespace headgate::testing
