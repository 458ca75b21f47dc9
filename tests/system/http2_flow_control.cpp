// Backpressure over HTTP/2, in both directions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/http2_proxy.hpp"

namespace headgate::testing {
namespace {

/// Sends as much of a body as the windows allow, until no more window comes for a while; returns how much that was.
std::size_t upload_all_that_fits(Http2Client& client, std::int32_t stream) {
  std::size_t sent = 0;
  std::size_t stream_window = 65'535;
  std::size_t connection_window = 65'535;
  const std::string part(16'384, 'u');
  client.set_deadline(500ms);
  try {
    for (;;) {
      while (stream_window < part.size() || connection_window < part.size()) {
        const Http2Frame update = client.next(NGHTTP2_WINDOW_UPDATE);
        (update.stream == 0 ? connection_window : stream_window) += read32(update.payload);
      }
      client.send(data_frame(stream, part));
      sent += part.size();
      stream_window -= part.size();
      connection_window -= part.size();
      if (sent > 50'000'000) break;
    }
  } catch (const TimedOut&) {
  }
  client.set_deadline(patience);
  return sent;
}

TEST(Http2FlowControl, ASlowBackendStopsItsUploadAndNobodyElses) {
  Signal done;
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    if (connection.receive_head().target == "/slow")
      done.wait(60s);
    else
      connection.send(reply(200, "quick"));
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream)).with("/limits/body_bytes", 0)};
  Http2Client client{proxy.address()};
  // The window of its stream is 65,535 until the backend has taken some, and 196,608 more after.
  const auto slow = client.request(http2_request("POST", "/slow"), false);

  const std::size_t sent = upload_all_that_fits(client, slow);

  EXPECT_LT(sent, 12'000'000u);  // what the sockets' buffers take, and the window
  EXPECT_EQ(client.response(client.get("/quick")).body, "quick");
  done.set();
}

TEST(Http2FlowControl, AClientThatGivesNoWindowCostsNoMemory) {
  const std::string large(1'000'000, 'd');
  FakeUpstream upstream{reply(200, large)};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream)).with("/timeouts/client_write_idle", "1s")};
  Http2Client client{proxy.address(), {.gives_window = false, .stream_window = 0}};
  client.next(NGHTTP2_SETTINGS);
  const long before = proxy.rss();
  const auto cpu_before = proxy.cpu_time();

  std::vector<std::int32_t> streams;
  for (int i = 0; i < 100; ++i) streams.push_back(client.get("/"));

  for (const auto stream : streams) {
    const Http2Response response = client.response(stream);
    ASSERT_EQ(response.reset, static_cast<std::uint32_t>(NGHTTP2_CANCEL));
    ASSERT_EQ(response.body, "");
  }
  EXPECT_EQ(proxy.wait_for_log("CLIENT_WRITE_TIMEOUT", 99)["status"], "200");
  if (!sanitized) {
    EXPECT_LT(proxy.peak_rss() - before, 30 * 1024) << "KiB, for 100 MB";
    EXPECT_LT(proxy.cpu_time() - cpu_before, 500ms) << "microseconds, for 100 requests and a second of waiting";
  }
}

TEST(Http2FlowControl, AClientThatStallsOneStreamGetsTheOthers) {
  FakeUpstream upstream{
      [](const Request& request) { return reply(200, std::string(request.target == "/large" ? 1'000'000 : 10, 'd')); }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address(), {.gives_window = false, .stream_window = 1'000}};

  const auto large = client.get("/large");
  ASSERT_TRUE(wait_until([&] {
    (void)client.response(client.get("/small"));
    return client.so_far(large).body.size() == 1'000u;
  }));
  for (int i = 0; i < 20; ++i) ASSERT_EQ(client.response(client.get("/small")).body.size(), 10u);

  EXPECT_EQ(client.so_far(large).body.size(), 1'000u);
}

TEST(Http2FlowControl, AClientThatReadsNothingIsLetGo) {
  const std::string large(1'000'000, 'd');
  FakeUpstream upstream{reply(200, large)};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream)).with("/timeouts/client_write_idle", "500ms")};
  Http2Client client{proxy.address(), {.gives_window = false, .stream_window = 100'000'000}};
  client.send(window_frame(0, 2'000'000'000));
  const long before = proxy.rss();
  const auto cpu_before = proxy.cpu_time();

  for (int i = 0; i < 100; ++i) client.get("/");

  EXPECT_EQ(proxy.wait_for_log("CLIENT_WRITE_TIMEOUT")["client"], "127.0.0.1");
  EXPECT_TRUE(client.closes());
  if (!sanitized) {
    EXPECT_LT(proxy.peak_rss() - before, 30 * 1024) << "KiB, for 100 MB";
    EXPECT_LT(proxy.cpu_time() - cpu_before, 500ms) << "microseconds, for what the socket takes";
  }
}

TEST(Http2FlowControl, AnUrgentResponseGoesFirst) {
  const std::string large(400'000, 'd');
  FakeUpstream upstream{reply(200, large)};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address(), {.gives_window = false, .stream_window = 1'000'000}};
  client.next(NGHTTP2_SETTINGS);
  const auto idle = client.get("/", {{"priority", "u=7"}});
  const auto urgent = client.get("/", {{"priority", "u=0"}});
  // Both have begun, and used up the connection's window.
  while (client.so_far(idle).body.size() + client.so_far(urgent).body.size() < 65'535) client.next(NGHTTP2_DATA);
  while (client.so_far(urgent).status == 0) client.next(NGHTTP2_HEADERS);
  const std::size_t before = client.so_far(idle).body.size();

  client.send(window_frame(0, 100'000));
  while (client.so_far(idle).body.size() + client.so_far(urgent).body.size() < 165'535) client.next(NGHTTP2_DATA);

  EXPECT_LE(client.so_far(idle).body.size() - before, 32'768u);
}

}  // namespace
}  // namespace headgate::testing
