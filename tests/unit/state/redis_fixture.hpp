// What tests of the Redis store share, beside what tests of all stores do.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "support/prerequisites.hpp"
#include "support/redis_server.hpp"
#include "unit/state/store_fixture.hpp"

namespace headgate::state {

inline config::State redis_settings(const std::string& url, std::chrono::milliseconds timeout) {
  config::State settings;
  settings.store = config::StateStore::redis;
  settings.redis = config::Redis{url, "test:", timeout, 1h};
  return settings;
}

/// Needs a real redis-server.
class WithRedis : public StoreTest {
 protected:
  /// `timeout`: of the store's Redis.
  explicit WithRedis(std::chrono::milliseconds timeout) : timeout_{timeout} {}
  void SetUp() override { HEADGATE_NEEDS("redis-server"); }

  [[nodiscard]] config::State shared(const std::string& url) const { return redis_settings(url, timeout_); }
  /// In step with Redis.
  std::unique_ptr<Instance> join(const std::string& url, const std::string& name = "a") {
    auto instance = start(shared(url), name);
    EXPECT_TRUE(run_until([&] { return instance->store->loaded(); })) << error_of(*instance);
    return instance;
  }
  [[nodiscard]] bool becomes_degraded(const Instance& instance) {
    return run_until([&] { return instance.store->status().degraded; });
  }
  [[nodiscard]] bool recovers(const Instance& instance) {
    return run_until([&] { return !instance.store->status().degraded; });
  }
  static std::string error_of(const Instance& instance) { return instance.store->status().last_error; }

 private:
  std::chrono::milliseconds timeout_;
};

}  // namespace headgate::state
