#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "memory_proxy.hpp"

namespace headgate::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

constexpr std::string_view config = R"({ "listen": "127.0.0.1:80", "backends": ["http://10.0.0.1:80"],
  "timeouts": { "client_head": "10s", "client_idle": "20s", "client_body_idle": "5s", "client_write_idle": "6s" } })";
constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

void silent(Wire&) {}

void say_hello(Wire& wire) {
  if (wire.from_proxy.find("\r\n\r\n") == std::string::npos) return;
  wire.from_proxy.clear();
  wire.to_proxy += hello;
}

TEST(ExchangeFlow, ReusesTheUpstreamConnection) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, say_hello};

  const WirePtr client = proxy.client(std::string{get} + std::string{get});
  proxy.settle();

  EXPECT_EQ(proxy.upstreams().size(), 1u);
  EXPECT_THAT(client->from_proxy, EndsWith("\r\n\r\nhello"));
}

TEST(ExchangeFlow, RetriesAGetOnceWhenAReusedConnectionCloses) {
  FaultPlan faults;
  bool close_next = false;
  MemoryProxy proxy{config, faults, [&](Wire& wire) {
                      if (wire.from_proxy.empty()) return;
                      if (std::exchange(close_next, false)) {
                        wire.peer_closed = true;
                        return;
                      }
                      say_hello(wire);
                    }};
  const WirePtr client = proxy.client(std::string{get});
  proxy.settle();
  client->from_proxy.clear();

  close_next = true;
  client->to_proxy += get;
  proxy.settle();

  EXPECT_EQ(proxy.connections_tried(), 2u);
  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
}

TEST(ExchangeFlow, NeverReplaysAPostThatMayHaveArrived) {
  FaultPlan faults;
  bool close_next = false;
  MemoryProxy proxy{config, faults, [&](Wire& wire) {
                      if (wire.from_proxy.empty()) return;
                      if (close_next) {
                        wire.peer_closed = true;
                        return;
                      }
                      say_hello(wire);
                    }};
  const WirePtr client = proxy.client(std::string{get});
  proxy.settle();
  client->from_proxy.clear();

  close_next = true;
  client->to_proxy += "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
  proxy.settle();

  EXPECT_EQ(proxy.connections_tried(), 1u);
  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 502"));
}

TEST(ExchangeFlow, AnswersASlowHeadWith408AndAnIdleConnectionWithNothing) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, silent};
  const WirePtr slow = proxy.client("GET / HT");
  const WirePtr idle = proxy.client("");
  proxy.settle();

  proxy.advance(10'100ms);

  EXPECT_THAT(slow->from_proxy, StartsWith("HTTP/1.1 408"));
  EXPECT_EQ(idle->from_proxy, "");
  EXPECT_TRUE(idle->proxy_closed);
}

TEST(ExchangeFlow, AnswersAStalledUploadWith408) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, silent};
  const WirePtr client = proxy.client("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\nabc");
  proxy.settle();

  proxy.advance(5'100ms);

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 408"));
  EXPECT_TRUE(proxy.upstreams().front()->proxy_closed);
}

TEST(ExchangeFlow, AnswersASilentUpstreamWith504) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, silent};
  const WirePtr client = proxy.client(std::string{get});
  proxy.settle();

  proxy.advance(60'100ms);

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 504"));
}

TEST(ExchangeFlow, StopsReadingTheUpstreamWhileTheClientTakesNothing) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, [](Wire& wire) {
                      if (wire.from_proxy.empty()) return;
                      wire.from_proxy.clear();
                      wire.to_proxy =
                          "HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + std::string(5'000'000, 'x');
                    }};
  const WirePtr client = proxy.client("");
  client->room = 10'000;
  client->to_proxy = get;

  proxy.settle();

  EXPECT_GT(proxy.upstreams().front()->to_proxy.size(), 4'000'000u);
  EXPECT_EQ(client->from_proxy.size(), 10'000u);
}

TEST(ExchangeFlow, CutsAClientThatTakesNothingForTooLong) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, [](Wire& wire) {
                      if (wire.from_proxy.empty()) return;
                      wire.from_proxy.clear();
                      wire.to_proxy =
                          "HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + std::string(5'000'000, 'x');
                    }};
  const WirePtr client = proxy.client("");
  client->room = 10'000;
  client->to_proxy = get;
  proxy.settle();

  proxy.advance(6'100ms);

  EXPECT_TRUE(client->proxy_closed);
  EXPECT_TRUE(proxy.upstreams().front()->proxy_closed);
}

TEST(ExchangeFlow, RelaysAnAnswerThatComesBeforeTheRequestBodyEnds) {
  FaultPlan faults;
  bool answered = false;
  MemoryProxy proxy{config, faults, [&](Wire& wire) {
                      if (wire.from_proxy.empty() || std::exchange(answered, true)) return;
                      wire.to_proxy = "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";
                    }};
  const WirePtr client = proxy.client("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\nabc");

  proxy.settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 413"));
  EXPECT_TRUE(client->proxy_shut_down);
}

TEST(ExchangeFlow, EndsAChunkedResponseEarlyWhenTheUpstreamBreaksOff) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, [](Wire& wire) {
                      if (wire.from_proxy.empty()) return;
                      wire.from_proxy.clear();
                      wire.to_proxy = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
                      wire.peer_closed = true;
                    }};
  const WirePtr client = proxy.client(std::string{get});

  proxy.settle();

  EXPECT_THAT(client->from_proxy, HasSubstr("5\r\nhello\r\n"));
  EXPECT_EQ(client->from_proxy.find("0\r\n\r\n"), std::string::npos);
  EXPECT_TRUE(client->proxy_closed);
}

TEST(ExchangeFlow, DropsAConnectionThatSpokeBeforeItWasAsked) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, say_hello};
  const WirePtr client = proxy.client(std::string{get});
  proxy.settle();

  proxy.upstreams().front()->to_proxy = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
  proxy.settle();
  client->to_proxy += get;
  proxy.settle();

  EXPECT_EQ(proxy.upstreams().size(), 2u);
  EXPECT_EQ(client->from_proxy.find("evil"), std::string::npos);
}

TEST(ExchangeFlow, ForwardsTheTrailersOfARequestThatCameInOnePiece) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, silent};

  proxy.client("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nCheck: sum\r\n\r\n");
  proxy.settle();

  EXPECT_THAT(proxy.upstreams().front()->from_proxy, EndsWith("3\r\nabc\r\n0\r\nCheck: sum\r\n\r\n"));
}

TEST(ExchangeFlow, CutsIdleWaitingUploadingAndStreamingConnectionsAlike) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, [](Wire& wire) {
                      if (!wire.from_proxy.starts_with("GET /stream")) return;
                      wire.from_proxy.clear();
                      wire.to_proxy =
                          "HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + std::string(5'000'000, 'x');
                    }};
  proxy.client("");
  proxy.client(std::string{get});
  proxy.client("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\nabc");
  const WirePtr slow = proxy.client("");
  slow->room = 10'000;
  slow->to_proxy = "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n";
  proxy.settle();
  ASSERT_EQ(proxy.sessions(), 4u);

  proxy.cut();

  EXPECT_EQ(proxy.sessions(), 0u);
}

TEST(ExchangeFlow, RefusesAtOnceABodyWhoseSecondPieceIsTooMuch) {
  FaultPlan faults;
  MemoryProxy proxy{
      R"({ "listen": "127.0.0.1:80", "backends": ["http://10.0.0.1:80"], "limits": { "body_bytes": 4 } })", faults,
      silent};

  const WirePtr client =
      proxy.client("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
  proxy.settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 413"));
}

TEST(ExchangeFlow, TriesAnotherBackendWhenOneCannotBeReached) {
  FaultPlan faults{2};  // a read of the head, then the first connect
  MemoryProxy proxy{R"({ "listen": "127.0.0.1:80", "backends": ["http://10.0.0.1:80", "http://10.0.0.2:80"] })", faults,
                    say_hello};

  const WirePtr client = proxy.client(std::string{get});
  proxy.settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200"));
}

}  // namespace
}  // namespace headgate::testing
