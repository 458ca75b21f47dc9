// Bodies pass through without being gathered, at the speed of the slower side.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

constexpr std::uint64_t mebibyte = 1024 * 1024;

/// 2 GiB when HEADGATE_LONG_TESTS is set; enough to overrun any buffer otherwise.
std::uint64_t large() {
  if (std::getenv("HEADGATE_LONG_TESTS") != nullptr) return 2048 * mebibyte;
  return (sanitized ? 32 : 256) * mebibyte;
}

/// The most that the kernel takes between an origin and a client of ours: the buffers of four ends. Headgate's own add
/// less than a mebibyte.
std::uint64_t kernel_buffers() {
  const auto largest = [](const char* file) {
    std::uint64_t least = 0;
    std::uint64_t usual = 0;
    std::uint64_t most = 0;
    std::ifstream{file} >> least >> usual >> most;
    return most;
  };
  return 2 * (largest("/proc/sys/net/ipv4/tcp_rmem") + largest("/proc/sys/net/ipv4/tcp_wmem")) + mebibyte;
}

/// Sends so many bytes and counts them; `blocked` is true while the peer takes nothing.
struct Pump {
  std::atomic<std::uint64_t> sent{0};
  std::atomic<bool> blocked{false};

  void run(Stream& stream, std::uint64_t total) {
    const std::string piece(256 * 1024, 'p');
    while (sent < total) {
      const auto count = stream.send_some(std::string_view{piece}.substr(0, total - sent), 100ms);
      blocked = count == 0;
      sent += count;
    }
  }
};

/// `at_start`: the program's own size differs from build to build.
void expect_modest_memory(const ProxyUnderTest& proxy, long at_start) {
  if (sanitized) return;
  EXPECT_LT(proxy.peak_rss() - at_start, 8 * 1024) << "KiB";
}

TEST(Streaming, AHugeResponseThroughASlowReaderNeedsLittleMemory) {
  Pump pump;
  const std::uint64_t total = large();
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    connection.receive();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(total) + "\r\n\r\n");
    pump.run(connection, total);
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  const auto at_start = proxy.peak_rss();
  RawClient client{proxy.address(), {.receive_buffer = 64 * 1024}};

  client.send(RawClient::get_request("/"));
  const std::string head = client.read_head();
  const std::uint64_t step = total / 8;
  for (std::uint64_t read = 0; read < total; read += step) {  // stalls eight times, until the origin stands still
    ASSERT_TRUE(wait_until([&] { return pump.blocked || pump.sent == total; }));
    ASSERT_LT(pump.sent, read + kernel_buffers()) << "taken from the origin long before the client took it";
    client.skip(step);
  }

  EXPECT_TRUE(head.starts_with("HTTP/1.1 200"));
  expect_modest_memory(proxy, at_start);
}

TEST(Streaming, AHugeUploadToASlowUpstreamNeedsLittleMemory) {
  Pump pump;
  const std::uint64_t total = large();
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    connection.receive_head();
    const std::uint64_t step = total / 8;
    for (std::uint64_t read = 0; read < total; read += step) {
      if (!wait_until([&] { return pump.blocked || pump.sent == total; })) throw std::runtime_error("never blocked");
      connection.skip(step);
    }
    connection.send(reply(200, "all of it"));
  }};
  ProxyUnderTest proxy{route_all_to(upstream).with("/limits/body_bytes", 0)};
  const auto at_start = proxy.peak_rss();
  RawClient client{proxy.address()};

  client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(total) + "\r\n\r\n");
  pump.run(client, total);

  EXPECT_EQ(client.read_response().body, "all of it");
  expect_modest_memory(proxy, at_start);
}

TEST(Streaming, ServerSentEventsArriveOneByOne) {
  std::atomic<int> seen{0};
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    connection.receive();
    connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 20; ++i) {  // the next one leaves only when the client has this one
      connection.send(chunk("data: " + std::to_string(i) + "\n\n"));
      if (!wait_until([&] { return seen > i; })) throw std::runtime_error("the event did not arrive");
    }
    connection.send(chunk("") + "\r\n");
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send(RawClient::get_request("/events", "Accept: text/event-stream\r\n"));
  client.read_head();
  for (int i = 0; i < 20; ++i) {
    client.read_until("data: " + std::to_string(i) + "\n\n");
    ++seen;
  }

  EXPECT_EQ(client.read_until("0\r\n\r\n"), "\r\n0\r\n\r\n");
}

TEST(Streaming, BytesOfAnEndlessResponseArriveWithoutDelay) {
  Signal first_seen;
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    connection.receive();
    connection.send("HTTP/1.1 200 OK\r\n\r\nfirst");
    first_seen.wait();
    connection.send("second");
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send(RawClient::get_request("/"));
  client.read_head();
  EXPECT_EQ(client.read_exactly(10), "5\r\nfirst\r\n");
  first_seen.set();

  EXPECT_EQ(client.read_exactly(11), "6\r\nsecond\r\n");
}

TEST(Streaming, ARequestBodyIsPassedOnBeforeItIsComplete) {
  Signal half_seen;
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    connection.receive_head();
    if (connection.read_exactly(4) == "half") half_seen.set();
    connection.send(reply(200, connection.read_exactly(4)));
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nhalf");
  half_seen.wait();

  EXPECT_EQ(client.ask("rest").body, "rest");
}

TEST(Streaming, BothBodiesFlowAtTheSameTime) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive_head();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
    for (int i = 0; i < 3; ++i) connection.send(connection.read_exactly(2));  // an echo, pair by pair
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n");
  for (const std::string pair : {"ab", "cd", "ef"}) {
    client.send(pair);
    if (pair == "ab") client.read_head();
    EXPECT_EQ(client.read_exactly(2), pair);
  }
}

TEST(Streaming, AClientThatDoesNotReadHoldsUpNobodyElse) {
  Pump pump;
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    for (;;) {
      const Request request = connection.receive();
      if (request.target == "/small") {
        connection.send(reply(200, "quick"));
        continue;
      }
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 268435456\r\n\r\n");
      pump.run(connection, 256 * mebibyte);
    }
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient lazy{proxy.address(), {.receive_buffer = 16 * 1024}};
  RawClient brisk{proxy.address()};

  lazy.send(RawClient::get_request("/large"));
  ASSERT_TRUE(wait_until([&] { return pump.blocked.load(); }));

  for (int i = 0; i < 50; ++i) EXPECT_EQ(brisk.get("/small").body, "quick");
  EXPECT_LT(pump.sent, kernel_buffers());
}

}  // namespace
}  // namespace headgate::testing
