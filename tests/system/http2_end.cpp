// How HTTP/2 connections end, and what a reload means to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "support/http2_proxy.hpp"

namespace headgate::testing {
namespace {

constexpr std::uint32_t no_error = NGHTTP2_NO_ERROR;

TEST(Http2End, AReloadHoldsForTheNextRequestOfAConnection) {
  ProxyUnderTest proxy{both_protocols(saying("before"))};
  Http2Client client{proxy.address()};
  ASSERT_EQ(client.response(client.get("/")).body, "before");

  ASSERT_EQ(proxy.reload(both_protocols(saying("after"))), "applied");

  EXPECT_EQ(client.response(client.get("/")).body, "after");
}

TEST(Http2End, ADrainLetsFinishWhatRunsAndWhatIsOnItsWay) {
  Signal begun;
  Signal go_on;
  FakeUpstream upstream{[&](const Request& request) {
    if (request.target == "/slow") {
      begun.set();
      go_on.wait();
    }
    return reply(200, request.target);
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream)).with("/timeouts/drain", "20s")};
  Http2Client client{proxy.address(), {.acknowledges = false}};
  const auto slow = client.get("/slow");
  begun.wait();
  client.send(bytes_of({NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, {}}));

  proxy.signal(SIGTERM);
  const Http2Frame notice = client.next(NGHTTP2_GOAWAY);
  const auto crossing = client.get("/crossing");  // sent before it could know
  const Http2Frame ping = client.next(NGHTTP2_PING);
  client.send(bytes_of({NGHTTP2_PING, NGHTTP2_FLAG_ACK, 0, ping.payload}));
  const Http2Frame last = client.next(NGHTTP2_GOAWAY);
  go_on.set();

  EXPECT_EQ(read32(notice.payload), 0x7fffffffU);
  EXPECT_EQ(read32(last.payload), static_cast<std::uint32_t>(crossing));
  EXPECT_EQ(client.response(crossing).body, "/crossing");
  EXPECT_EQ(client.response(slow).body, "/slow");
  EXPECT_TRUE(client.closes());
  client.close();
  EXPECT_EQ(proxy.wait_for_exit(), 0);
}

TEST(Http2End, ADrainEndsAnIdleConnectionThatAnswersNothing) {
  ProxyUnderTest proxy{both_protocols(saying("hello")).with("/timeouts/client_linger", "200ms")};
  Http2Client client{proxy.address(), {.acknowledges = false}};
  ASSERT_EQ(client.response(client.get("/")).status, 200);
  client.send(bytes_of({NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, {}}));

  proxy.signal(SIGTERM);

  EXPECT_EQ(client.goaway(), no_error);
  EXPECT_EQ(proxy.wait_for_exit(), 0);
}

TEST(Http2End, TheEndOfADrainCutsWhatStillRuns) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive_head();
    (void)connection.closes();
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream)).with("/timeouts/drain", "300ms")};
  Http2Client client{proxy.address()};
  client.get("/1");
  client.get("/2");
  ASSERT_TRUE(wait_until([&] { return upstream.request_count() == 2; }));

  proxy.signal(SIGTERM);

  EXPECT_EQ(proxy.wait_for_exit(), 0);
  EXPECT_EQ(proxy.count_log("DRAIN_TIMEOUT"), 2u);
}

TEST(Http2End, AnIdleConnectionIsClosedInTime) {
  ProxyUnderTest proxy{both_protocols(saying("hello")).with("/timeouts/client_idle", "200ms")};
  Http2Client client{proxy.address()};
  ASSERT_EQ(client.response(client.get("/")).status, 200);

  EXPECT_EQ(client.goaway(), no_error);
  EXPECT_TRUE(client.closes());
}

TEST(Http2End, ABusyConnectionIsNotIdle) {
  Signal go_on;
  FakeUpstream upstream{[&](const Request&) {
    go_on.wait();
    return reply(200, "late");
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream)).with("/timeouts/client_idle", "100ms")};
  Http2Client client{proxy.address()};
  const auto stream = client.get("/");

  EXPECT_TRUE(wait_until([&] { return upstream.request_count() == 1; }));
  EXPECT_THROW(
      {
        client.set_deadline(400ms);
        client.response(stream);
      },
      TimedOut);
  client.set_deadline(patience);
  go_on.set();

  EXPECT_EQ(client.response(stream).body, "late");
}

}  // namespace
}  // namespace headgate::testing
