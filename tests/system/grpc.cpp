// What Headgate itself says to gRPC clients, and asks of gRPC backends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "support/http2_origin.hpp"
#include "support/http2_proxy.hpp"
#include "support/prerequisites.hpp"
#include "support/raw_client.hpp"
#include "support/script_origin.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;

const FieldList grpc{{"content-type", "application/grpc"}, {"te", "trailers"}};

Http2Response call(const ProxyUnderTest& proxy, const FieldList& more = grpc) {
  Http2Client client{proxy.address()};
  return client.response(client.request(http2_request("POST", "/shop.Orders/Get", more)));
}

TEST(GrpcErrors, AreAStatusWithoutAMessage) {
  ProxyUnderTest proxy{both_protocols(route_all_to({"http://127.0.0.1:1"})).with("/logging/access", true)};

  const Http2Response response = call(proxy);

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.field("content-type"), "application/grpc");
  EXPECT_EQ(response.field("grpc-status"), "14");
  EXPECT_THAT(response.field("grpc-message"), HasSubstr("Request id: " + response.field("x-request-id")));
  EXPECT_EQ(response.body, "");
  EXPECT_TRUE(response.ended);
  const LogRecord line = proxy.wait_for_access_log();
  EXPECT_EQ(line["status"], "502");  // an error is counted and logged as what it is
  EXPECT_EQ(line["cause"], "UPSTREAM_CONNECT_FAILED");
}

TEST(GrpcErrors, ArePagesForEverybodyElse) {
  ProxyUnderTest proxy{both_protocols(route_all_to({"http://127.0.0.1:1"}))};

  const Http2Response response = call(proxy, {{"content-type", "application/grpc-web"}});

  EXPECT_EQ(response.status, 502);
  EXPECT_FALSE(response.has("grpc-status"));
}

TEST(GrpcErrors, TellARouteThatIsMissing) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream)).with("/routes/0/match/path_prefix", "/other")};

  EXPECT_EQ(call(proxy).field("grpc-status"), "12");
}

TEST(GrpcErrors, TellWhatIsTooLarge) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{
      both_protocols(route_all_to(upstream)).with("/limits/head_bytes", "1KiB").with("/limits/body_bytes", 10)};
  FieldList large = grpc;
  large.emplace_back("x-metadata", std::string(2'000, 'x'));
  FieldList long_message = grpc;
  long_message.emplace_back("content-length", "11");
  Http2Client client{proxy.address()};

  EXPECT_EQ(call(proxy, large).field("grpc-status"), "8");
  const auto stream = client.request(http2_request("POST", "/shop.Orders/Get", long_message), false);
  EXPECT_EQ(client.response(stream).field("grpc-status"), "8");
}

TEST(GrpcErrors, TellABackendThatTookTooLong) {
  FakeUpstream upstream{FakeUpstream::Script{[](UpstreamConnection& connection) {
    connection.receive_head();
    connection.read_until_close();
  }}};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream)).with("/upstreams/origin/timeouts/first_byte", "100ms")};

  EXPECT_EQ(call(proxy).field("grpc-status"), "4");
}

TEST(GrpcErrors, AreTrailersOfACallWhoseBackendIsLostInTheMiddle) {
  FakeUpstream upstream{raw_reply(
      "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream)).with("/logging/access", true)};

  const Http2Response response = call(proxy);

  EXPECT_EQ(response.body, "hello");
  EXPECT_TRUE(response.ended);
  EXPECT_EQ(response.reset, std::nullopt);
  EXPECT_EQ(response.trailer("grpc-status"), "14") << "as without a proxy; a reset would be 13";
  EXPECT_THAT(response.trailer("grpc-message"), HasSubstr("Request id: "));
  EXPECT_EQ(proxy.wait_for_access_log()["cause"], "UPSTREAM_RESET");
}

TEST(GrpcErrors, AreTrailersWhateverHasBecomeOfTheHeadMeanwhile) {
  Signal others_served;
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    if (connection.receive_head().target == "/other") return connection.send(reply(200, std::string(9'000, 'x')));
    connection.send(
        "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    others_served.wait();
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};
  Http2Client client{proxy.address()};

  const auto stream = client.request(http2_request("POST", "/shop.Orders/Get", grpc));
  while (client.so_far(stream).body != "hello") (void)client.next(NGHTTP2_DATA);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(client.response(client.get("/other")).status, 200);
  others_served.set();

  EXPECT_EQ(client.response(stream).trailer("grpc-status"), "14");
}

TEST(GrpcErrors, GiveTheBackendToOthersWhileTheClientTakesItsTime) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    if (connection.receive_head().target == "/other") return connection.send(reply(200, "other"));
    connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" +
                    std::string(100, 'x') + "\r\n");
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))
                           .with("/upstreams/origin/backends/0/max_connections", 1)
                           .with("/upstreams/origin/queue/timeout", "1s")};
  Http2Client slow{proxy.address(), {.gives_window = false, .stream_window = 10}};
  slow.request(http2_request("POST", "/shop.Orders/Get", grpc));
  (void)proxy.wait_for_log("UPSTREAM_RESET");

  Http2Client client{proxy.address()};

  EXPECT_EQ(client.response(client.get("/other")).body, "other");
}

/// What a call is told whose backend resets its stream.
std::string status_after_reset(std::uint32_t code, bool behind_the_head) {
  Signal begun;
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    Http2Origin origin{connection};
    const std::int32_t stream = origin.next_request();
    if (behind_the_head) {
      origin.head(stream, {{":status", "200"}, {"content-type", "application/grpc"}});
      origin.data(stream, "message");
      begun.wait();
    }
    origin.reset(stream, code);
    (void)origin.next_request();
  }};
  ProxyUnderTest proxy{both_protocols(route_all_to(upstream))
                           .with("/upstreams/origin/protocol", "h2")
                           .with("/upstreams/origin/retry/attempts", 0)};
  Http2Client client{proxy.address()};
  const auto stream = client.request(http2_request("POST", "/shop.Orders/Get", grpc));
  if (behind_the_head) (void)client.next(NGHTTP2_DATA);
  begun.set();
  const Http2Response response = client.response(stream);
  return behind_the_head ? response.trailer("grpc-status") : response.field("grpc-status");
}

TEST(GrpcErrors, AreAsWithoutAProxyWhenTheBackendResetsACall) {
  for (const bool behind_the_head : {false, true}) {
    EXPECT_EQ(status_after_reset(NGHTTP2_INTERNAL_ERROR, behind_the_head), "13");
    EXPECT_EQ(status_after_reset(NGHTTP2_CANCEL, behind_the_head), "1");
    EXPECT_EQ(status_after_reset(NGHTTP2_ENHANCE_YOUR_CALM, behind_the_head), "8");
    EXPECT_EQ(status_after_reset(NGHTTP2_INADEQUATE_SECURITY, behind_the_head), "7");
    EXPECT_EQ(status_after_reset(NGHTTP2_REFUSED_STREAM, behind_the_head), "14");
  }
}

TEST(GrpcErrors, AreNoTrailersOfAResponseWithALengthOrOfAnotherKind) {
  for (const std::string fields :
       {"Content-Type: application/grpc\r\nContent-Length: 50", "Content-Type: text/plain"}) {
    FakeUpstream upstream{
        raw_reply("HTTP/1.1 200 OK\r\n" + fields + "\r\n" +
                  (fields.ends_with("50") ? "\r\nhalf" : "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"))};
    ProxyUnderTest proxy{both_protocols(route_all_to(upstream))};

    const Http2Response response = call(proxy);

    EXPECT_EQ(response.reset, static_cast<std::uint32_t>(NGHTTP2_INTERNAL_ERROR)) << fields;
    EXPECT_FALSE(response.has("grpc-status")) << fields;
  }
}

TEST(GrpcErrors, AreTheSameInHttp11) {
  ProxyUnderTest proxy{route_all_to({"http://127.0.0.1:1"})};
  RawClient client{proxy.address()};

  const Response response = client.ask(
      "POST /shop.Orders/Get HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc+proto\r\nContent-Length: 0\r\n\r\n");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.field("grpc-status"), "14");
  EXPECT_EQ(response.body, "");
}

class GrpcBackends : public ::testing::Test {
 protected:
  void SetUp() override {
    HEADGATE_NEEDS("node");
    origin_ = std::make_unique<ScriptOrigin>(std::vector<std::string>{"node", peer("grpc_origin.mjs")});
  }
  [[nodiscard]] Config probing(const std::string& service) const {
    return route_all_to({origin_->url()})
        .with("/upstreams/origin/health/active",
              Value::of_json(R"({ "type": "grpc", "interval": "100ms", "max_interval": "200ms", "unhealthy_after": 1,
                                  "healthy_after": 1, "initial": "unhealthy", "service": ")" +
                             service + "\" }"))
        .with("/logging/level", "warn");
  }

  std::unique_ptr<ScriptOrigin> origin_;
};

TEST_F(GrpcBackends, AreFoundToServeAndToServeNoMore) {
  for (const std::string service : {"", "shop.Orders"}) {
    origin_->restart();
    ProxyUnderTest proxy{probing(service)};

    EXPECT_EQ(proxy.wait_for_log("BACKEND_HEALTHY")["probe"],
              "grpc " + origin_->address() + (service.empty() ? "" : " " + service));
    origin_->signal(SIGUSR2);

    EXPECT_EQ(proxy.wait_for_log("BACKEND_UNHEALTHY", 1)["detail"], "it says NOT_SERVING");
  }
}

TEST_F(GrpcBackends, AreUnhealthyForAServiceThatTheyDoNotKnow) {
  ProxyUnderTest proxy{probing("shop.Unknown").with("/upstreams/origin/health/active/initial", "healthy")};

  EXPECT_EQ(proxy.wait_for_log("BACKEND_UNHEALTHY")["detail"], "grpc-status 5 NOT_FOUND");
}

TEST_F(GrpcBackends, AreCalledInPlaceOfOneThatRefuses) {
  ScriptOrigin other{{"node", peer("grpc_origin.mjs")}};
  ProxyUnderTest proxy{both_protocols(route_all_to({origin_->url(), other.url()}))
                           .with("/upstreams/origin/protocol", "h2")
                           .with("/upstreams/origin/retry/on", Value::of_json(R"(["grpc_unavailable"])"))};
  Http2Client client{proxy.address()};
  const auto call_status = [&] {
    const auto stream = client.request(http2_request("POST", "/shop.Orders/Get", grpc), false);
    client.send(data_frame(stream, std::string("\0\0\0\0\2hi", 7), true));
    const Http2Response response = client.response(stream);
    return response.body.substr(5) + " " + response.trailer("grpc-status");
  };
  EXPECT_EQ(call_status(), "hi 0");

  other.signal(SIGUSR2);

  EXPECT_TRUE(wait_until([&] {
    EXPECT_EQ(call_status(), "hi 0");
    return proxy.count_log("UPSTREAM_GRPC_STATUS") != 0;
  }));
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_GRPC_STATUS")["detail"], "UNAVAILABLE");
}

TEST(GrpcProbes, FailOnHttp11) {
  FakeUpstream upstream{FakeUpstream::Script{[](UpstreamConnection& connection) {
    connection.read_some();
    connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  }}};
  ProxyUnderTest proxy{route_all_to(upstream).with(
      "/upstreams/origin/health/active",
      Value::of_json(R"({ "type": "grpc", "interval": "100ms", "unhealthy_after": 1, "timeout": "500ms" })"))};

  EXPECT_EQ(proxy.wait_for_log("BACKEND_UNHEALTHY")["detail"], "it does not speak HTTP/2");
}

}  // namespace
}  // namespace headgate::testing
