// Each named timeout: what the client sees, and what the log says.
#include <gtest/gtest.h>

#include "base/buffer.hpp"

#include <thread>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

/// Waits end near their timeout: not before it, and far from the test's own patience.
void expect_about(milliseconds took, milliseconds timeout) {
  EXPECT_GE(took, timeout - 60ms);
  EXPECT_LT(took, timeout + 8s);
}

TEST(ClientHeadTimeout, AnswersAHeadThatNeverEnds) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/client_head", "300ms")};
  RawClient client{proxy.address()};

  Response response;
  expect_about(time_of([&] { response = client.ask("G"); }), 300ms);

  EXPECT_EQ(response.status, 408);
  EXPECT_EQ(response.field("connection"), "close");
  EXPECT_TRUE(client.closes());
  EXPECT_EQ(proxy.wait_for_log("CLIENT_HEAD_TIMEOUT")["status"], "408");
}

TEST(ClientHeadTimeout, IsNotProlongedByBytesThatTrickle) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/client_head", "300ms")};
  RawClient client{proxy.address()};

  client.send("GET / HTTP/1.1\r\nX: ");
  const bool answered = wait_until([&] {
    client.send("y");
    return !client.is_silent_for(20ms);
  });

  EXPECT_TRUE(answered);
  EXPECT_EQ(client.read_response().status, 408);
}

TEST(ClientHeadTimeout, SaysNothingToAClientThatSaidNothing) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/client_head", "300ms")};
  RawClient client{proxy.address()};

  std::string got;
  expect_about(time_of([&] { got = client.read_until_close(); }), 300ms);

  EXPECT_EQ(got, "");
  EXPECT_EQ(client.ending(), Ending::closed);
}

TEST(ClientHeadTimeout, HoldsForTheSecondRequestToo) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/client_head", "300ms")};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/").status, 200);
  EXPECT_EQ(client.ask("GET / HT").status, 408);
}

TEST(ClientIdleTimeout, ClosesAKeptConnectionInSilence) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/client_idle", "300ms")};
  RawClient client{proxy.address()};

  client.get("/");
  std::string got;
  expect_about(time_of([&] { got = client.read_until_close(); }), 300ms);

  EXPECT_EQ(got, "");
  EXPECT_EQ(client.ending(), Ending::closed);
  EXPECT_EQ(proxy.wait_for_log("CLIENT_IDLE_TIMEOUT")["phase"], "idle");
}

TEST(ClientIdleTimeout, DoesNotRunWhileARequestIsServed) {
  Signal go;
  FakeUpstream upstream{[&](const Request& request) {
    if (request.target == "/slow") go.wait();
    return reply(200);
  }};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/client_idle", "200ms")};
  RawClient slow{proxy.address()};
  RawClient idle{proxy.address()};

  slow.send(RawClient::get_request("/slow"));
  idle.get("/");
  EXPECT_TRUE(idle.closes());  // at least one idle timeout has passed
  go.set();

  EXPECT_EQ(slow.read_response().status, 200);
}

TEST(ClientBodyTimeout, AnswersAnUploadThatStalls) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive_head();
    connection.read_until_close();
  }};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/client_body_idle", "300ms")};
  RawClient client{proxy.address()};

  Response response;
  expect_about(time_of([&] { response = client.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf"); }),
               300ms);

  EXPECT_EQ(response.status, 408);
  EXPECT_TRUE(client.closes());
  EXPECT_EQ(proxy.wait_for_log("CLIENT_BODY_TIMEOUT")["status"], "408");
  EXPECT_TRUE(wait_until([&] { return upstream.open() == 0; }));
}

TEST(ClientBodyTimeout, IsProlongedByEachByte) {
  FakeUpstream upstream{[](const Request& request) { return reply(200, request.body); }};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/client_body_idle", "1s")};
  RawClient client{proxy.address()};

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n");
  for (int i = 0; i < 6; ++i) {  // 1.5 s in all
    EXPECT_TRUE(client.is_silent_for(250ms));
    client.send("x");
  }

  EXPECT_EQ(client.read_response().body, "xxxxxx");
}

TEST(ClientWriteTimeout, CutsOffAClientThatTakesNothing) {
  const std::string body(64 * 1024 * 1024, 'x');
  FakeUpstream upstream{reply(200, body)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/client_write_idle", "300ms")};
  RawClient client{proxy.address(), {.receive_buffer = 16 * 1024}};

  client.send(RawClient::get_request("/"));

  EXPECT_EQ(proxy.wait_for_log("CLIENT_WRITE_TIMEOUT")["origin"], "client");
  EXPECT_TRUE(client.closes());
  EXPECT_TRUE(wait_until([&] { return upstream.open() == 0; }));
}

TEST(ConnectTimeout, IsAGatewayTimeout) {
  const FullBacklog full;
  ProxyUnderTest proxy{route_all_to({"http://" + full.address()}).with("/upstreams/origin/timeouts/connect", "300ms")};
  RawClient client{proxy.address()};

  Response response;
  expect_about(time_of([&] { response = client.get("/"); }), 300ms);

  EXPECT_EQ(response.status, 504);
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_CONNECT_TIMEOUT")["backend"], full.address());
}

TEST(FirstByteTimeout, IsAGatewayTimeout) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive();
    connection.read_until_close();
  }};
  ProxyUnderTest proxy{route_all_to(upstream).with("/upstreams/origin/timeouts/first_byte", "300ms")};
  RawClient client{proxy.address()};

  Response response;
  expect_about(time_of([&] { response = client.get("/"); }), 300ms);

  EXPECT_EQ(response.status, 504);
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_FIRST_BYTE_TIMEOUT")["status"], "504");
  EXPECT_TRUE(wait_until([&] { return upstream.open() == 0; }));
  EXPECT_EQ(upstream.request_count(), 1U);
}

TEST(FirstByteTimeout, DoesNotCountTheTimeOfALongUpload) {
  FakeUpstream upstream{[](const Request& request) { return reply(200, request.body); }};
  ProxyUnderTest proxy{route_all_to(upstream).with("/upstreams/origin/timeouts/first_byte", "1s")};
  RawClient client{proxy.address()};

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n");
  for (int i = 0; i < 6; ++i) {  // 1.5 s in all
    EXPECT_TRUE(client.is_silent_for(250ms));
    client.send("x");
  }

  EXPECT_EQ(client.read_response().status, 200);
}

TEST(UpstreamIdleTimeout, EndsAResponseThatStalls) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    connection.read_until_close();
  }};
  ProxyUnderTest proxy{route_all_to(upstream).with("/upstreams/origin/timeouts/idle", "300ms")};
  RawClient client{proxy.address()};

  expect_about(time_of([&] { EXPECT_THROW(client.get("/"), Disconnected); }), 300ms);

  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_IDLE_TIMEOUT")["phase"], "body");
}

TEST(UpstreamIdleTimeout, AnswersWhenTheUpstreamTakesNoByteOfAnUpload) {
  Signal over;
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    connection.receive_head();
    over.wait(2 * patience);
  }};
  ProxyUnderTest proxy{
      route_all_to(upstream).with("/upstreams/origin/timeouts/idle", "300ms").with("/limits/body_bytes", 0)};
  RawClient client{proxy.address()};
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n");
  std::jthread uploader{[&] {
    try {
      for (const std::string piece(1024 * 1024, 'x');;) client.send(piece);
    } catch (const std::runtime_error&) {  // the proxy takes no more
    }
  }};

  EXPECT_EQ(client.read_response().status, 504);
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_IDLE_TIMEOUT")["origin"], "upstream");
  client.interrupt();
  uploader.join();
  over.set();
}

TEST(ClientHeadTimeout, IsAnsweredAndLoggedForALargeHeadToo) {
  ProxyUnderTest proxy{saying("unused").with("/timeouts/client_head", "500ms")};
  RawClient client{proxy.address()};

  client.send("GET /large HTTP/1.1\r\nHost: h\r\nX: " + std::string(base::BufferPool::small, 'x'));

  EXPECT_EQ(client.read_response().status, 408);
  EXPECT_EQ(proxy.wait_for_log("CLIENT_HEAD_TIMEOUT")["path"], "/large");
}

}  // namespace
}  // namespace headgate::testing
