// The store against a real redis-server.
#include "state/redis_store.hpp"

#include "unit/state/redis_fixture.hpp"

namespace headgate::state {
namespace {

using testing::RedisServer;

class RedisStoreTest : public WithRedis {
 protected:
  RedisStoreTest() : WithRedis{500ms} {}
};

TEST_F(RedisStoreTest, FollowsAnotherInstanceWithinASecond) {
  const RedisServer redis;
  const auto a = join(redis.url(), "a");
  const auto b = join(redis.url(), "b");

  save(*a, first, Ejection{now_ + 10s, 1}, "UPSTREAM_RESET, 5 in a row");

  ASSERT_TRUE(run_until([&] { return !b->changes.empty(); }, 1s));
  EXPECT_EQ(b->changes[0].first, first);
  EXPECT_EQ(std::get<Ejection>(b->changes[0].second.change).count, 1U);
  EXPECT_EQ(b->changes[0].second.by, "a");
  EXPECT_EQ(b->changes[0].second.why, "UPSTREAM_RESET, 5 in a row");
}

TEST_F(RedisStoreTest, TakesOverWhatIsKnownWhenItJoins) {
  const RedisServer redis;
  const auto b = join(redis.url(), "b");
  save(*b, second, Drain{true});
  ASSERT_TRUE(run_until([&] { return b->store->status().saves == 1; }));

  const auto c = join(redis.url(), "c");

  EXPECT_FALSE(c->is_drained(first));
  EXPECT_TRUE(c->is_drained(second));
}

TEST_F(RedisStoreTest, AgreesOnTheLatestOfDecisionsMadeAtOnce) {
  const RedisServer redis;
  const auto a = join(redis.url(), "a");
  const auto b = join(redis.url(), "b");
  save(*a, first, Drain{true});
  now_ += 1us;
  save(*b, first, Ejection{now_ + 10s, 1});
  save(*b, second, Drain{true});

  ASSERT_TRUE(run_until([&] {
    return *a->store->find(first) == *b->store->find(first) && *a->store->find(second) == *b->store->find(second);
  }));

  EXPECT_TRUE(b->is_drained(first));
  EXPECT_NE(a->store->find(first)->get<Ejection>(), nullptr);
  EXPECT_TRUE(a->is_drained(second));
}

TEST_F(RedisStoreTest, LeavesNoTraceWithoutAnExpiry) {
  const RedisServer redis;
  const auto a = join(redis.url());
  save(*a, first, Drain{true});
  a->store->secret(key);
  ASSERT_TRUE(run_until([&] { return redis.ask({"KEYS", "test:*"}).find("secret") != std::string::npos; }));

  for (const char* name : {"test:backend:web:10.0.0.1:80", "test:version", "test:secret:sticky:web"})
    EXPECT_GT(std::stoi(redis.ask({"TTL", name})), 3500) << name;
  EXPECT_EQ(redis.ask({"DBSIZE"}), "3");
}

TEST_F(RedisStoreTest, RenewsItsEntriesSoThatTheyDoNotExpire) {
  const RedisServer redis;
  config::State settings = shared(redis.url());
  settings.redis->ttl = 1s;
  const auto a = start(settings);
  ASSERT_TRUE(run_until([&] { return a->store->loaded(); }));
  save(*a, first, Drain{true});

  run_for(2500ms);

  EXPECT_EQ(redis.ask({"EXISTS", "test:backend:web:10.0.0.1:80"}), "1");
  EXPECT_EQ(a->store->status().errors, 0U);
}

TEST_F(RedisStoreTest, AgreesOnOneSecret) {
  const RedisServer redis;
  const auto a = join(redis.url(), "a");
  const auto b = join(redis.url(), "b");

  a->store->secret(key);
  b->store->secret(key);

  ASSERT_TRUE(run_until([&] { return a->store->secret(key) == b->store->secret(key); }));
  EXPECT_EQ(a->new_secrets.size() + b->new_secrets.size(), 1U);
  EXPECT_EQ(redis.ask({"GET", "test:secret:sticky:web"}), a->store->secret(key));
}

TEST_F(RedisStoreTest, TakesASecretOverWhenItJoins) {
  const RedisServer redis;
  const auto a = join(redis.url(), "a");
  const std::string made = a->store->secret(key);
  ASSERT_TRUE(run_until([&] { return redis.ask({"EXISTS", "test:secret:sticky:web"}) == "1"; }));

  EXPECT_EQ(join(redis.url(), "b")->store->secret(key), made);
}

TEST_F(RedisStoreTest, LooksAtBackendsThatAReloadBrings) {
  const RedisServer redis;
  const auto a = join(redis.url(), "a");
  const auto b = join(redis.url(), "b");
  b->store->watch({second}, {});
  save(*a, first, Drain{true});
  ASSERT_TRUE(run_until([&] { return a->store->status().saves == 1; }));

  b->store->watch({first, second}, {});

  EXPECT_TRUE(run_until([&] { return b->is_drained(); }));
}

TEST_F(RedisStoreTest, WritesAgainWhatSomebodyHasDeletedOrSpoilt) {
  const RedisServer redis;
  const auto a = join(redis.url());
  save(*a, first, Drain{true});
  ASSERT_TRUE(run_until([&] { return a->store->status().saves == 1; }));
  const std::string written = redis.ask({"GET", "test:backend:web:10.0.0.1:80"});

  redis.ask({"SET", "test:backend:web:10.0.0.1:80", "nonsense"});
  redis.ask({"DEL", "test:version"});
  EXPECT_TRUE(run_until([&] { return redis.ask({"GET", "test:backend:web:10.0.0.1:80"}) == written; }));

  redis.ask({"FLUSHALL"});
  EXPECT_TRUE(run_until([&] { return redis.ask({"GET", "test:backend:web:10.0.0.1:80"}) == written; }));
}

TEST_F(RedisStoreTest, KnowsMoreBackendsThanOneCommandAsksFor) {
  const RedisServer redis;
  std::vector<BackendId> many;
  for (int i = 0; i < 1500; ++i) many.push_back({"web", "10.0.0.1:" + std::to_string(i)});
  const auto a = join(redis.url(), "a");
  a->store->watch(many, {});
  for (const BackendId& backend : many) save(*a, backend, Drain{true});
  ASSERT_TRUE(run_until([&] { return a->store->status().saves == many.size(); }));

  const auto b = join(redis.url(), "b");
  b->store->watch(many, {});

  EXPECT_TRUE(run_until([&] { return b->changes.size() == many.size(); }));
}

TEST_F(RedisStoreTest, LogsInWithAPassword) {
  const RedisServer redis{{"--requirepass", "p@ss word"}};

  const auto a = join(redis.url(":p%40ss%20word@"));

  EXPECT_FALSE(a->store->status().degraded);
}

TEST_F(RedisStoreTest, LogsInWithAUser) {
  const RedisServer redis;
  redis.ask({"ACL", "SETUSER", "gate", "on", ">secret", "~test:*", "+@all"});

  const auto a = join(redis.url("gate:secret@"));

  EXPECT_FALSE(a->store->status().degraded);
}

TEST_F(RedisStoreTest, TellsThatAPasswordIsWrongOrMissing) {
  const RedisServer redis{{"--requirepass", "right"}};
  const auto wrong = start(shared(redis.url(":wrong@")));
  const auto missing = start(shared(redis.url()));

  ASSERT_TRUE(becomes_degraded(*wrong));
  ASSERT_TRUE(becomes_degraded(*missing));

  EXPECT_EQ(error_of(*wrong).find("AUTH: WRONGPASS"), 0U) << error_of(*wrong);
  EXPECT_EQ(error_of(*missing).find("NOAUTH"), 0U) << error_of(*missing);
}

TEST_F(RedisStoreTest, UsesADatabaseOverAUnixSocket) {
  const RedisServer redis;
  const auto a = join("unix://" + redis.socket() + "?database=3");

  save(*a, first, Drain{true});

  EXPECT_TRUE(run_until([&] { return redis.ask({"-n", "3", "DBSIZE"}) == "2"; }));
}

TEST_F(RedisStoreTest, FindsItsServerByName) {
  const RedisServer redis;

  const auto a = join("redis://localhost:" + std::to_string(redis.port()));

  EXPECT_FALSE(a->store->status().degraded);
}

TEST_F(RedisStoreTest, MeasuresHowLongRedisTakes) {
  const RedisServer redis;

  EXPECT_GT(join(redis.url())->store->status().latency, 0us);
}

}  // namespace
}  // namespace headgate::state
