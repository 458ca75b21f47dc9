// Every I/O step of an exchange fails once: whichever it is, nothing crashes, nothing leaks (the sanitizers watch), the
// session ends, and the client gets a whole response, an error page, or a connection that visibly ended early.
#include <gtest/gtest.h>

#include <string>

#include "memory_proxy.hpp"

namespace headgate::testing {
namespace {

constexpr std::string_view config =
    R"({ "listen": "127.0.0.1:80", "backends": ["http://10.0.0.1:80", "http://10.0.0.2:80"] })";

struct Scenario {
  const char* name;
  std::string request;
  std::string response;
  std::size_t request_bytes;  ///< after which the upstream answers; 0: at the end of the head
};

std::ostream& operator<<(std::ostream& out, const Scenario& scenario) { return out << scenario.name; }

const std::string big(40'000, 'x');

const Scenario scenarios[] = {
    {"Get", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 0},
    {"PostWithLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 40000\r\n\r\n" + big,
     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 40'000},
    {"PostChunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\nT: 1\r\n\r\n",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n", 5},
    {"ResponseUntilClose", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n" + big, 0},
    {"LargeResponse", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n" + big, 0},
    {"Interim", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0},
    {"Head", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 0},
    {"Http10", "GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
     0},
    {"Pipelined", "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 0},
    {"Tunnel", "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly",
     "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + big, 0},
    {"Malformed", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "", 0},
    {"MalformedResponse", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 5\r\n\r\nhello", 0},
};

/// Answers every request that has come whole, and counts them.
class Answering {
 public:
  explicit Answering(const Scenario& scenario) : scenario_{scenario} {}
  void operator()(Wire& wire) {
    for (;;) {
      const auto head = wire.from_proxy.find("\r\n\r\n");
      if (head == std::string::npos || wire.peer_closed) return;
      const bool chunked = wire.from_proxy.find("chunked") < head;
      const std::size_t end = chunked ? wire.from_proxy.find("\r\n\r\n", head + 4) : head + scenario_.request_bytes;
      if (end == std::string::npos || wire.from_proxy.size() < end + 4) return;
      wire.from_proxy.erase(0, end + 4);
      wire.to_proxy += scenario_.response;
      ++answered;
      if (scenario_.response.find("\r\nContent-Length") == std::string::npos &&
          scenario_.response.find("chunked") == std::string::npos)
        wire.peer_closed = true;
    }
  }
  std::size_t answered = 0;

 private:
  const Scenario& scenario_;
};

class FaultSweep : public ::testing::TestWithParam<Scenario> {};

/// Runs the scenario with that step failing; the number of I/O steps that there were.
std::size_t run(const Scenario& scenario, std::size_t failing_step, int error) {
  FaultPlan faults{failing_step, error};
  Answering upstream{scenario};
  MemoryProxy proxy{config, faults, std::ref(upstream)};

  const WirePtr client = proxy.client(scenario.request);
  client->room = 8'000;
  client->most_per_read = 1'000;
  std::string received;
  for (int turn = 0; turn < 50 && client->stream != nullptr; ++turn) {
    proxy.settle();
    received += std::exchange(client->from_proxy, {});
  }
  client->peer_closed = true;
  proxy.settle();
  received += client->from_proxy;
  proxy.advance(std::chrono::minutes{2});

  EXPECT_EQ(proxy.sessions(), 0u) << "failing step " << failing_step;
  if (scenario.request.starts_with("POST")) {
    EXPECT_LE(upstream.answered, 1u) << "a POST was replayed, failing step " << failing_step;
  }
  if (failing_step == 0 || !received.empty()) {
    EXPECT_TRUE(received.starts_with("HTTP/1.1 ")) << received.substr(0, 80);
  }
  return faults.count();
}

TEST_P(FaultSweep, EndsInGoodOrderWhicheverStepFails) {
  const std::size_t steps = run(GetParam(), 0, 0);

  ASSERT_GT(steps, 2u);
  for (const int error : {ECONNRESET, EPIPE, ETIMEDOUT})
    for (std::size_t step = 1; step <= steps; ++step) run(GetParam(), step, error);
}

INSTANTIATE_TEST_SUITE_P(Flow, FaultSweep, ::testing::ValuesIn(scenarios),
                         [](const auto& test) { return std::string{test.param.name}; });

}  // namespace
}  // namespace headgate::testing
