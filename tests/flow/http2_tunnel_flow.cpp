// Tunnels on streams of HTTP/2: what goes through one, how it ends.
#include "http2_tunnel_fixture.hpp"

namespace headgate::testing {
namespace {

using namespace std::chrono_literals;

TEST_F(Http2TunnelFlow, CarriesBytesBothWays) {
  open();

  say(data_frame(1, "up"));
  upstream->to_proxy = "down";
  settle();

  EXPECT_EQ(upstream->from_proxy, "up");
  EXPECT_EQ(received, "down");
  EXPECT_EQ(proxy.buffers_lent(), 0U);
}

TEST_F(Http2TunnelFlow, SendsFirstWhatCameBehindTheHeads) {
  ask("/chat", {}, data_frame(1, "from client"));

  EXPECT_EQ(proxy.upstreams().back()->from_proxy, "from client");
}

TEST_F(Http2TunnelFlow, HasNoLimitOfABody) {
  open();

  for (int i = 0; i < 100; ++i) say(data_frame(1, std::string(10'000, 'x')));

  EXPECT_EQ(upstream->from_proxy.size(), 1'000'000U);
}

TEST_F(Http2TunnelFlow, PassesTheEndOfTheClientOnAndGoesOn) {
  open();

  say(ended_data());
  EXPECT_TRUE(upstream->proxy_shut_down);
  EXPECT_FALSE(upstream->proxy_closed);
  upstream->to_proxy = "still here";
  settle();
  EXPECT_EQ(received, "still here");
  upstream->peer_closed = true;
  settle();

  EXPECT_TRUE(ended);
  EXPECT_EQ(reset, std::nullopt);
  EXPECT_TRUE(upstream->proxy_closed);
  EXPECT_EQ(proxy.state().open_tunnels.value(), 0U);
}

TEST_F(Http2TunnelFlow, EndsWithDataHoweverLongTheClientGivesNoWindow) {
  constexpr std::size_t window = 65'535;
  open();
  for (std::size_t sent = 0; sent < window; sent += window / 5) {
    upstream->to_proxy = std::string(window / 5, 'x');
    settle();
  }
  upstream->peer_closed = true;
  settle();
  EXPECT_EQ(received.size(), window);
  EXPECT_FALSE(ended);

  say(window_frame(0, 100) + window_frame(1, 100));

  EXPECT_TRUE(ended);
  EXPECT_EQ(status, "200") << "no other HEADERS";
}

TEST_F(Http2TunnelFlow, PassesTheEndOfTheUpstreamOnAndGoesOn) {
  open();
  upstream->to_proxy = "last";
  upstream->peer_closed = true;
  settle();
  EXPECT_EQ(received, "last");
  EXPECT_TRUE(ended);
  EXPECT_EQ(reset, std::nullopt);

  say(data_frame(1, "reply"));
  EXPECT_EQ(upstream->from_proxy, "reply");
  say(ended_data());

  EXPECT_TRUE(upstream->proxy_closed);
  EXPECT_EQ(reset, std::nullopt);
  EXPECT_EQ(proxy.state().open_tunnels.value(), 0U);
}

TEST_F(Http2TunnelFlow, PassesAResetOfTheUpstreamOn) {
  open();

  upstream->peer_reset = true;
  settle();

  EXPECT_EQ(reset, static_cast<std::uint32_t>(NGHTTP2_CANCEL));
  EXPECT_EQ(proxy.state().open_tunnels.value(), 0U);
  EXPECT_EQ(proxy.sessions(), 1U);
}

TEST_F(Http2TunnelFlow, PassesAResetOfTheClientOn) {
  open();

  say(reset_frame(1));

  EXPECT_TRUE(upstream->was_reset);
  EXPECT_EQ(proxy.state().open_tunnels.value(), 0U);
}

TEST_F(Http2TunnelFlow, PassesAResetOfTheClientOnAfterTheEndOfTheUpstream) {
  open();
  upstream->peer_closed = true;
  settle();
  ASSERT_TRUE(ended);

  say(reset_frame(1));

  EXPECT_TRUE(upstream->proxy_closed);
  EXPECT_EQ(proxy.state().open_tunnels.value(), 0U);
}

TEST_F(Http2TunnelFlow, EndsWithItsConnection) {
  open();

  client->peer_closed = true;
  settle();

  EXPECT_TRUE(upstream->was_reset);
  EXPECT_EQ(proxy.sessions(), 0U);
}

TEST_F(Http2TunnelFlow, DoesNotReadFasterThanTheClientTakes) {
  open();

  upstream->to_proxy = std::string(5'000'000, 'x');
  settle();

  EXPECT_EQ(received.size(), 65'535U);  // the window that it began with
  EXPECT_GT(upstream->to_proxy.size(), 4'000'000U);
  say(window_frame(0, 100'000) + window_frame(1, 100'000));
  EXPECT_EQ(received.size(), 165'535U);
}

TEST_F(Http2TunnelFlow, GivesTheClientNoWindowForWhatTheUpstreamDoesNotTake) {
  open();
  upstream->room = 10'000;
  settle();

  std::size_t sent = 0;
  for (; sent < 256 * 1024; sent += 16'000) say(data_frame(1, std::string(16'000, 'x')));

  EXPECT_EQ(upstream->from_proxy.size(), 10'000U);
  EXPECT_EQ(reset, static_cast<std::uint32_t>(NGHTTP2_FLOW_CONTROL_ERROR));  // it was told of 256 KiB
}

TEST_F(Http2TunnelFlow, EndsWhenNothingMovesForTooLong) {
  open();

  advance(9s);
  EXPECT_EQ(reset, std::nullopt);
  advance(1'100ms);

  EXPECT_EQ(reset, static_cast<std::uint32_t>(NGHTTP2_CANCEL));
  EXPECT_TRUE(upstream->proxy_closed);
}

TEST_F(Http2TunnelFlow, WaitsForASlowClientAsLongAsForAQuietOne) {
  open();
  upstream->to_proxy = std::string(100'000, 'x');
  settle();

  advance(9s);  // client_write_idle is 5 s
  EXPECT_EQ(reset, std::nullopt);
  advance(1'100ms);

  EXPECT_EQ(reset, static_cast<std::uint32_t>(NGHTTP2_CANCEL));
  EXPECT_EQ(proxy.state().open_tunnels.value(), 0U);
}

TEST_F(Http2TunnelFlow, EndsWhenItIsCut) {
  open();

  proxy.cut();

  EXPECT_EQ(proxy.sessions(), 0U);
  EXPECT_TRUE(upstream->proxy_closed);
}

TEST(Http2Tunnels, EndInGoodOrderWhicheverStepFails) {
  const auto run = [](std::size_t failing_step, int error) {
    FaultPlan faults{failing_step, error};
    WebSocketOrigin origin;
    MemoryProxy proxy{http2_tunnel_config, faults, std::ref(origin)};
    HpackEncoder encoder;
    const FieldList fields = http2_request("CONNECT", "/", {{":protocol", "websocket"}});
    const WirePtr client =
        proxy.client(http2_requests({}) + bytes_of({NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, {}}) +
                     bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, encoder.encode(fields)}) +
                     data_frame(1, std::string(10'000, 'x')));
    client->room = 500;
    client->most_per_read = 1'000;
    proxy.settle();
    if (!proxy.upstreams().empty()) proxy.upstreams().back()->to_proxy += std::string(10'000, 'y');
    for (int turn = 0; turn < 50; ++turn) {
      client->from_proxy.clear();
      proxy.settle();
    }
    if (!proxy.upstreams().empty()) proxy.upstreams().back()->peer_closed = true;
    client->to_proxy += data_frame(1, "", true);
    proxy.settle();
    client->peer_closed = true;
    proxy.settle();
    proxy.advance(2min);

    EXPECT_EQ(proxy.sessions(), 0U) << "failing step " << failing_step;
    EXPECT_EQ(proxy.state().open_tunnels.value(), 0U) << "failing step " << failing_step;
    return faults.count();
  };
  const std::size_t steps = run(0, 0);

  ASSERT_GT(steps, 20U);
  for (const int error : {ECONNRESET, ETIMEDOUT})
    for (std::size_t step = 1; step <= steps; ++step) run(step, error);
}

}  // namespace
}  // namespace headgate::testing
