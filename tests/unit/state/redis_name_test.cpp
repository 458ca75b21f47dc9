// A store that goes by the name of its server.
#include <mutex>
#include <optional>

#include "state/redis_store.hpp"
#include "support/fake_lookup.hpp"
#include "support/prerequisites.hpp"
#include "unit/state/redis_fixture.hpp"

namespace headgate::state {
namespace {

using testing::FakeLookup;
using testing::RedisServer;
using Found = std::optional<FakeLookup::Found>;

class RedisNameTest : public StoreTest {
 protected:
  void SetUp() override {
    HEADGATE_NEEDS("redis-server");
    make_lookup_ = [this] {
      return std::make_unique<FakeLookup>([this](const Endpoint& endpoint) -> Found {
        const std::lock_guard lock{mutex_};
        ++asked_;
        if (!answer_) return std::nullopt;
        return (*answer_)(endpoint);
      });
    };
  }
  /// Null: name servers that are dead.
  void answer_with(std::optional<std::function<FakeLookup::Found(const Endpoint&)>> answer) {
    const std::lock_guard lock{mutex_};
    answer_ = std::move(answer);
  }
  void answer_with_address(const char* host = "127.0.0.1") {
    answer_with([host](const Endpoint& endpoint) -> FakeLookup::Found {
      return net::FoundAddresses{net::resolve({host, endpoint.port, ""}).value(), 1s};
    });
  }
  std::unique_ptr<Instance> start_by_name(int port) {
    return start(redis_settings("redis://redis.test:" + std::to_string(port), 300ms));
  }
  [[nodiscard]] bool is_loaded(const Instance& a) {
    return run_until([&] { return a.store->loaded() && !a.store->status().degraded; });
  }
  static std::string error_of(const Instance& instance) { return instance.store->status().last_error; }

  std::mutex mutex_;  ///< guards the next two
  std::optional<std::function<FakeLookup::Found(const Endpoint&)>> answer_;
  int asked_ = 0;
};

TEST_F(RedisNameTest, FindsItsServer) {
  const RedisServer redis;
  answer_with_address();

  EXPECT_TRUE(is_loaded(*start_by_name(redis.port())));
}

// Regression: the process hung at its end until the look-up was over.
TEST_F(RedisNameTest, EndsAtOnceWhileTheNameServersAreDead) {
  auto a = start_by_name(6379);
  ASSERT_TRUE(run_until([&] { return a->store->status().degraded; }));

  EXPECT_LT(testing::time_of([&] { a.reset(); }), 2s);
}

TEST_F(RedisNameTest, SaysThatItsNameIsNotFoundInTimeAndTakesALateAnswer) {
  const RedisServer redis;
  const auto a = start_by_name(redis.port());
  ASSERT_TRUE(run_until([&] { return a->store->status().degraded; }));
  EXPECT_EQ(error_of(*a), "its name was not looked up in time");

  answer_with_address();

  EXPECT_TRUE(is_loaded(*a));
}

TEST_F(RedisNameTest, SaysWhyItsNameIsNotFound) {
  answer_with([](const Endpoint&) -> FakeLookup::Found { return Error{Cause::upstream_resolve_failed, "unknown"}; });
  const auto a = start_by_name(6379);

  ASSERT_TRUE(run_until([&] { return a->store->status().errors >= 2; }));

  EXPECT_EQ(error_of(*a), "its name was not found: unknown");
}

TEST_F(RedisNameTest, GoesOnWithoutALookUpThatCannotBeMade) {
  make_lookup_ = []() -> std::unique_ptr<net::NameLookup> { throw std::runtime_error{"c-ares"}; };
  const auto a = start_by_name(6379);

  EXPECT_TRUE(run_until([&] { return a->store->status().errors >= 2; }));
}

TEST_F(RedisNameTest, ComesBackAtItsLastAddressWhileNameServersFail) {
  RedisServer redis;
  answer_with_address();
  const auto a = start_by_name(redis.port());
  ASSERT_TRUE(is_loaded(*a));
  answer_with([](const Endpoint&) -> FakeLookup::Found { return Error{Cause::upstream_resolve_failed, "unknown"}; });

  redis.kill();
  ASSERT_TRUE(run_until([&] { return error_of(*a).find("its name was not found: unknown") != std::string::npos; }))
      << error_of(*a);
  redis.start();

  EXPECT_TRUE(is_loaded(*a));
}

TEST_F(RedisNameTest, ComesBackAtItsLastAddressWhileNameServersAreDead) {
  RedisServer redis;
  answer_with_address();
  const auto a = start_by_name(redis.port());
  ASSERT_TRUE(is_loaded(*a));
  answer_with({});

  redis.kill();
  ASSERT_TRUE(run_until([&] { return a->store->status().errors >= 3; }));
  redis.start();

  EXPECT_TRUE(is_loaded(*a));
}

TEST_F(RedisNameTest, FollowsItsServerToAnotherAddress) {
  const RedisServer redis;
  answer_with_address("127.0.0.9");  // nobody there
  const auto a = start_by_name(redis.port());
  ASSERT_TRUE(run_until([&] { return a->store->status().degraded; }));

  answer_with_address();

  EXPECT_TRUE(is_loaded(*a));
}

}  // namespace
}  // namespace headgate::state
