// What becomes of the store when Redis fails: real servers that are killed, stopped, full, and peers that are none.
#include <chrono>
#include <set>
#include <string>

#include "state/redis_store.hpp"
#include "support/fake_upstream.hpp"
#include "unit/state/redis_fixture.hpp"

namespace headgate::state {
namespace {

using testing::FakeUpstream;
using testing::RedisServer;
using testing::UpstreamConnection;

class RedisFailuresTest : public WithRedis {
 protected:
  RedisFailuresTest() : WithRedis{200ms} {}
};

TEST_F(RedisFailuresTest, GoesOnWhileRedisIsDeadAndTellsEachReasonOnce) {
  RedisServer redis;
  const auto a = join(redis.url());

  redis.kill();
  ASSERT_TRUE(becomes_degraded(*a));
  save(*a, first, Drain{true});
  ASSERT_TRUE(run_until([&] { return a->store->status().errors >= 5; }));

  EXPECT_TRUE(a->is_drained());
  EXPECT_LE(log_lines("STATE_DEGRADED").size(), 2U);  // it closed, it refuses
  EXPECT_EQ(log_lines("STATE_RESTORED").size(), 0U);
}

TEST_F(RedisFailuresTest, FillsARedisThatComesBackEmpty) {
  RedisServer redis;
  const auto a = join(redis.url(), "a");
  const auto b = join(redis.url(), "b");
  save(*a, first, Drain{true});
  const std::string secret = b->store->secret(key);
  ASSERT_TRUE(run_until([&] { return b->is_drained() && a->store->status().saves == 1; }));

  redis.kill();
  ASSERT_TRUE(becomes_degraded(*a) && becomes_degraded(*b));
  redis.start();
  ASSERT_TRUE(recovers(*a) && recovers(*b));

  EXPECT_NE(redis.ask({"GET", "test:backend:web:10.0.0.1:80"}).find(R"("on":true)"), std::string::npos);
  EXPECT_EQ(redis.ask({"GET", "test:secret:sticky:web"}), secret);
  EXPECT_EQ(log_lines("STATE_RESTORED").size(), 2U);
}

TEST_F(RedisFailuresTest, MergesWhatBothDecidedMeanwhile) {
  RedisServer redis;
  const auto a = join(redis.url(), "a");
  const auto b = join(redis.url(), "b");
  redis.kill();
  ASSERT_TRUE(becomes_degraded(*a) && becomes_degraded(*b));

  save(*a, first, Drain{true});
  save(*b, second, Ejection{now_ + 60s, 1});
  save(*b, first, Drain{true});
  now_ += 1s;
  save(*b, first, Drain{false}, "changed their mind");
  redis.start();

  ASSERT_TRUE(run_until([&] {
    return a->store->find(second)->get<Ejection>() != nullptr && *a->store->find(first) == *b->store->find(first);
  }));
  EXPECT_FALSE(a->is_drained());
}

TEST_F(RedisFailuresTest, DoesNotWaitForARedisThatIsStopped) {
  const RedisServer redis;
  const auto a = join(redis.url(), "a");
  const auto b = join(redis.url(), "b");

  redis.pause();
  ASSERT_TRUE(becomes_degraded(*a));
  EXPECT_EQ(error_of(*a), "no reply in time");
  save(*a, first, Drain{true});
  run_for(1s);
  redis.resume();

  EXPECT_TRUE(recovers(*a) && recovers(*b));
  EXPECT_TRUE(run_until([&] { return b->is_drained(); }));
  std::set<std::string> reasons;
  for (const auto& line : log_lines("STATE_DEGRADED")) reasons.insert(line["detail"]);
  EXPECT_TRUE(reasons.contains("no reply in time"));
  EXPECT_LE(reasons.size(), 2U);  // and no connection in time
}

TEST_F(RedisFailuresTest, ReadsFromAReplicaThatTakesNoChanges) {
  const RedisServer primary{{"--repl-diskless-sync-delay", "0"}};
  const RedisServer replica{{"--replicaof", "127.0.0.1", std::to_string(primary.port())}};
  const auto a = join(primary.url(), "a");
  const auto b = start(shared(replica.url()), "b");

  ASSERT_TRUE(becomes_degraded(*b));
  save(*b, second, Drain{true});
  save(*a, first, Drain{true});

  EXPECT_TRUE(run_until([&] { return b->is_drained(first); }));
  EXPECT_TRUE(run_until([&] { return error_of(*b).find("READONLY") == 0; })) << error_of(*b);
  replica.ask({"REPLICAOF", "NO", "ONE"});
  EXPECT_TRUE(recovers(*b));
  EXPECT_EQ(replica.ask({"EXISTS", "test:backend:web:10.0.0.2:80"}), "1");
}

TEST_F(RedisFailuresTest, KeepsWhatAFullRedisDoesNotTake) {
  const RedisServer redis;
  const auto a = join(redis.url());
  redis.ask({"CONFIG", "SET", "maxmemory", "1"});  // the policy is noeviction

  save(*a, first, Drain{true});
  ASSERT_TRUE(becomes_degraded(*a));
  EXPECT_EQ(error_of(*a).find("OOM"), 0U) << error_of(*a);
  redis.ask({"CONFIG", "SET", "maxmemory", "0"});

  EXPECT_TRUE(recovers(*a));
  EXPECT_EQ(redis.ask({"EXISTS", "test:backend:web:10.0.0.1:80"}), "1");
}

TEST_F(RedisFailuresTest, BeginsWhileRedisIsNotThereYet) {
  RedisServer redis;
  redis.kill();
  const auto a = start(shared(redis.url()));
  save(*a, first, Drain{true});
  ASSERT_TRUE(becomes_degraded(*a));

  redis.start();

  EXPECT_TRUE(recovers(*a));
  EXPECT_EQ(redis.ask({"EXISTS", "test:backend:web:10.0.0.1:80"}), "1");
}

TEST_F(RedisFailuresTest, DegradesWhenTheNameOrSocketDoesNotExist) {
  const auto name = start(shared("redis://redis.invalid:6379"));
  const auto socket = start(shared("unix://" + (folder_ / "none.sock")));

  EXPECT_TRUE(becomes_degraded(*name));
  EXPECT_TRUE(becomes_degraded(*socket));
  EXPECT_NE(error_of(*name).find("its name was not"), std::string::npos) << error_of(*name);
  EXPECT_EQ(error_of(*socket), "No such file or directory");
}

// Regression: the log went on saying that it was gone.
TEST_F(RedisFailuresTest, TellsThatRedisHasComeBackWithAPassword) {
  RedisServer redis;
  const auto a = join(redis.url());
  redis.kill();
  ASSERT_TRUE(becomes_degraded(*a));

  const RedisServer locked{{"--requirepass", "secret", "--port", std::to_string(redis.port())}};

  ASSERT_TRUE(run_until([&] { return error_of(*a).find("NOAUTH") == 0; })) << error_of(*a);
  EXPECT_EQ(log_lines("STATE_DEGRADED").back()["detail"], error_of(*a));
}

TEST_F(RedisFailuresTest, MayEndInTheMiddleOfAnything) {
  const RedisServer redis;
  for (int turns = 0; turns < 60; ++turns) {
    const auto a = start(shared(redis.url()));
    save(*a, first, Drain{turns % 2 == 0});
    for (int i = 0; i < turns; ++i) {
      context_.restart();
      context_.poll_one();
    }
  }
  run_for(100ms);
}

/// What a server that is none answers to the first bytes that it gets, and to all that come later.
struct Nonsense {
  const char* name;
  std::string answer;
};

class NonsenseTest : public RedisFailuresTest, public ::testing::WithParamInterface<Nonsense> {};

TEST_P(NonsenseTest, OnlyDegrades) {
  FakeUpstream server{[](UpstreamConnection& connection) {
    while (!connection.read_some().empty()) connection.send(GetParam().answer);
  }};
  const auto a = start(shared("redis://" + server.address()));
  save(*a, first, Drain{true});

  EXPECT_TRUE(run_until([&] { return a->store->status().errors >= 3; }, 5s));

  EXPECT_TRUE(a->store->status().degraded);
  EXPECT_TRUE(a->is_drained());
  EXPECT_LE(log_lines("STATE_DEGRADED").size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(Redis, NonsenseTest,
                         ::testing::Values(Nonsense{"Http", "HTTP/1.1 400 Bad Request\r\n\r\n"},
                                           Nonsense{"MoreThanAsked", "+OK\r\n$-1\r\n+OK\r\n+OK\r\n+OK\r\n"},
                                           Nonsense{"HugeArray", "*2147483647\r\n"},
                                           Nonsense{"NegativeArray", "*-2147483648\r\n"},
                                           Nonsense{"HugeText", "$2147483647\r\n"},
                                           Nonsense{"EndlessText", std::string(100'000, '+')},
                                           Nonsense{"Arrays", "*0\r\n*0\r\n"}, Nonsense{"Numbers", ":1\r\n:2\r\n"},
                                           Nonsense{"Nested", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"},
                                           Nonsense{"Errors", "-ERR what?\r\n-ERR what?\r\n"},
                                           Nonsense{"Nothing", "\r\n"}, Nonsense{"Zeros", std::string(64, '\0')},
                                           Nonsense{"WrongCount", "+OK\r\n$1\r\nx\r\n*1\r\n+OK\r\n"}),
                         [](const auto& test) { return test.param.name; });

TEST_F(RedisFailuresTest, SurvivesAServerThatClosesOrSpeaksOutOfTurn) {
  int turn = 0;
  FakeUpstream server{[&](UpstreamConnection& connection) {
    if (++turn % 2 == 0) connection.send("+hello\r\n");
    connection.read_some();
  }};
  const auto a = start(shared("redis://" + server.address()));

  EXPECT_TRUE(run_until([&] { return a->store->status().errors >= 4; }));
}

TEST_F(RedisFailuresTest, GivesUpAServerThatFloodsIt) {
  FakeUpstream server{[](UpstreamConnection& connection) {
    connection.read_some();
    connection.send("$1000000000\r\n");
    for (int i = 0; i < 1000; ++i) connection.send(std::string(65536, 'x'));
  }};
  config::State settings = shared("redis://" + server.address());
  settings.redis->timeout = 20s;
  const auto a = start(settings);

  ASSERT_TRUE(becomes_degraded(*a));

  EXPECT_EQ(error_of(*a), "its reply is too large");
}

// Regression: only what hiredis had not taken apart yet was counted.
TEST_F(RedisFailuresTest, GivesUpAServerThatSendsAnArrayWithoutEnd) {
  FakeUpstream server{[](UpstreamConnection& connection) {
    connection.read_some();
    connection.send("*4096\r\n");
    std::string elements;
    for (int i = 0; i < 10'000; ++i) elements += "*0\r\n";
    for (int i = 0; i < 1'000; ++i) connection.send("*4096\r\n" + elements);
  }};
  config::State settings = shared("redis://" + server.address());
  settings.redis->timeout = 20s;
  const auto a = start(settings);

  EXPECT_TRUE(becomes_degraded(*a));
}

TEST_F(RedisFailuresTest, ShortensWhatTheServerSays) {
  FakeUpstream server{[](UpstreamConnection& connection) {
    connection.read_some();
    connection.send("-ERR " + std::string(100'000, 'x') + "\r\n");
    connection.read_some();
  }};
  const auto a = start(shared("redis://" + server.address()));

  ASSERT_TRUE(becomes_degraded(*a));

  EXPECT_LE(error_of(*a).size(), 256U);
}

}  // namespace
}  // namespace headgate::state
