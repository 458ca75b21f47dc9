// Under our keys is something else than we write: a server that spoils everything, and a real one where somebody did.
#include <atomic>
#include <chrono>

#include "state/redis_store.hpp"
#include "support/fake_upstream.hpp"
#include "unit/state/redis_fixture.hpp"

namespace headgate::state {
namespace {

using testing::FakeUpstream;
using testing::RedisServer;
using testing::UpstreamConnection;

const std::string first_key = "test:backend:web:10.0.0.1:80";
const std::string secret_key = "test:secret:sticky:web";

constexpr std::chrono::seconds timeout{2};

/// Takes everything, holds nonsense, and says each time that it has changed.
class SpoilingRedis {
 public:
  [[nodiscard]] std::string url() const { return "redis://" + server_.address(); }
  [[nodiscard]] std::uint64_t writes_of_first() const { return writes_; }
  void hold_nothing() { nonsense_ = false; }

 private:
  void play(UpstreamConnection& connection) {
    for (;;) {
      std::vector<std::string> words(std::stoul(connection.read_line().substr(1)));
      for (std::string& word : words) {
        word = connection.read_exactly(std::stoul(connection.read_line().substr(1)));
        connection.read_exactly(2);
      }
      connection.send(answer(words));
    }
  }
  std::string answer(const std::vector<std::string>& words) {
    if (words[0] == "SET" && words[1] == first_key) ++writes_;
    if (words[0] == "SET") return "+OK\r\n";
    if (words[0] == "GET") return "$6\r\n" + std::to_string(100'000 + ++versions_) + "\r\n";
    if (words[0] != "MGET") return ":1\r\n";
    std::string all = "*" + std::to_string(words.size() - 1) + "\r\n";
    for (std::size_t i = 1; i < words.size(); ++i) all += nonsense_ ? "$4\r\njunk\r\n" : "$-1\r\n";
    return all;
  }

  std::atomic<bool> nonsense_{true};
  std::atomic<std::uint64_t> writes_{0};
  std::atomic<int> versions_{0};
  FakeUpstream server_{FakeUpstream::Script{[this](UpstreamConnection& connection) { play(connection); }}};
};

using RedisNonsenseTest = StoreTest;

TEST_F(RedisNonsenseTest, IsToldOfWithItsKey) {
  const SpoilingRedis redis;
  const auto a = start(redis_settings(redis.url(), timeout));

  ASSERT_TRUE(run_until([&] { return a->store->status().degraded; }));

  EXPECT_EQ(a->store->status().last_error, "there is no record or secret of ours in " + first_key);
  EXPECT_EQ(log_lines("STATE_DEGRADED").size(), 1U);
}

// Regression: all was written again at each look.
TEST_F(RedisNonsenseTest, IsOverwrittenOnceAConnection) {
  const SpoilingRedis redis;
  const auto a = start(redis_settings(redis.url(), timeout));
  save(*a, first, Drain{true});
  a->store->secret(key);

  ASSERT_TRUE(run_until([&] { return a->store->status().errors >= 10; }));

  EXPECT_TRUE(a->store->status().degraded);
  EXPECT_LE(redis.writes_of_first(), a->store->status().connections);
}

TEST_F(RedisNonsenseTest, IsForgivenWhenItIsGone) {
  SpoilingRedis redis;
  const auto a = start(redis_settings(redis.url(), timeout));
  ASSERT_TRUE(run_until([&] { return a->store->status().degraded; }));

  redis.hold_nothing();

  EXPECT_TRUE(run_until([&] { return !a->store->status().degraded; }));
}

class SpoiltRedisTest : public WithRedis {
 protected:
  SpoiltRedisTest() : WithRedis{timeout} {}
  void SetUp() override {
    WithRedis::SetUp();
    if (!IsSkipped()) redis_.emplace();
  }
  std::unique_ptr<Instance> join() { return WithRedis::join(redis_->url()); }
  void spoil(const std::string& name, const std::string& value) const {
    redis_->ask({"SET", name, value});
    redis_->ask({"SET", "test:version", value});
  }
  [[nodiscard]] bool becomes(const std::string& name, const std::string& value) {
    return run_until([&] { return redis_->ask({"GET", name}) == value; });
  }
  [[nodiscard]] bool was_told_and_is_over(const Instance& a) {
    return run_until([&] { return a.store->status().errors > 0 && !a.store->status().degraded; });
  }

  std::optional<RedisServer> redis_;
};

TEST_F(SpoiltRedisTest, ASecretIsWrittenAgain) {
  const auto a = join();
  const std::string secret = a->store->secret(key);
  ASSERT_TRUE(becomes(secret_key, secret));

  spoil(secret_key, "junk");

  EXPECT_TRUE(becomes(secret_key, secret));
  EXPECT_TRUE(was_told_and_is_over(*a));
}

TEST_F(SpoiltRedisTest, ARecordOfWhichNothingIsKnownIsEmptied) {
  spoil(first_key, "junk");

  const auto a = join();

  EXPECT_TRUE(becomes(first_key, "{}"));
  EXPECT_TRUE(was_told_and_is_over(*a));
}

// Regression: nothing could ever be later, so ours was refused by all who read it.
TEST_F(SpoiltRedisTest, ADecisionOfADistantFutureIsOverruled) {
  const auto a = join();
  save(*a, first, Drain{true});
  ASSERT_TRUE(run_until([&] { return a->store->status().saves == 1; }));
  const std::string ours = redis_->ask({"GET", first_key});

  spoil(first_key, R"({"drain":{"on":false,"at":253402300799999999,"by":"~","why":""}})");

  EXPECT_TRUE(becomes(first_key, ours));
  EXPECT_TRUE(was_told_and_is_over(*a));
  EXPECT_TRUE(a->is_drained());
}

}  // namespace
}  // namespace headgate::state
