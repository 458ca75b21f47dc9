// HTTP/2 to backends: Node's, and one that does as a test says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "support/http2_origin.hpp"
#include "support/http2_proxy.hpp"
#include "support/prerequisites.hpp"
#include "support/raw_client.hpp"
#include "support/script_origin.hpp"
#include "support/test_certificate.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;

Config by_http2(const std::string& url) {
  return both_protocols(route_all_to({url})).with("/upstreams/origin/protocol", "h2").with("/workers", 1);
}

class Http2Node : public ::testing::Test {
 protected:
  void SetUp() override { HEADGATE_NEEDS("node"); }
  static std::vector<std::string> command() { return {"node", peer("http2_origin.mjs")}; }
};

TEST_F(Http2Node, ServesThroughTheProxy) {
  const ScriptOrigin origin{command()};
  ProxyUnderTest proxy{by_http2(origin.url())};
  RawClient client{proxy.address()};

  const Response got = client.get("/a");
  EXPECT_EQ(got.body, "2.0 /a");
  EXPECT_EQ(got.field("x-fields"), "http") << "white space behind it is no part of a value";
  EXPECT_EQ(client.get("/trailers").trailer("x-sum"), "42");
  EXPECT_EQ(client.get("/large").body.size(), 8U << 20U);
  const std::string body(300'000, 'n');
  EXPECT_TRUE(client.post("/", body).body == body);
}

TEST_F(Http2Node, MayChooseItsProtocolOverTls) {
  const TemporaryFolder folder;
  const base::PemPair pem = make_certificate({"localhost"});
  write_file(folder / "site.pem", pem.certificates);
  write_file(folder / "site.key", pem.key);
  auto with_certificate = command();
  with_certificate.push_back(folder / "site.pem");
  with_certificate.push_back(folder / "site.key");
  const ScriptOrigin origin{with_certificate};
  const Config config =
      route_all_to({"https://" + origin.address()}).with("/upstreams/origin/tls/verify", false).with("/workers", 1);
  ProxyUnderTest one{config.with("/upstreams/origin/protocol", "auto")};
  ProxyUnderTest other{config};

  EXPECT_EQ(RawClient{one.address()}.get("/a").body, "2.0 /a");
  EXPECT_EQ(RawClient{other.address()}.get("/a").body, "1.1 /a");
}

TEST_F(Http2Node, IsProbedInHttp2) {
  const ScriptOrigin origin{command()};
  ProxyUnderTest proxy{
      by_http2(origin.url())
          .with(
              "/upstreams/origin/health/active",
              Value::of_json(R"({ "path": "/healthz", "expect_body": "2.0", "interval": "1s", "initial": "hold" })"))};
  RawClient client{proxy.address()};

  EXPECT_TRUE(wait_until([&] { return client.get("/a").status == 200; }));
}

// Regression: it was probed in HTTP/1.1 and found healthy, while each request was refused.
TEST(Http2Upstream, ThatDoesNotAgreeOnHttp2IsNotHealthy) {
  HEADGATE_NEEDS("python3");
  const TemporaryFolder folder;
  const base::PemPair pem = make_certificate({"localhost"});
  write_file(folder / "site.pem", pem.certificates);
  write_file(folder / "site.key", pem.key);
  const ScriptOrigin origin{{python(), peer("tls_origin.py"), folder / "site.pem", folder / "site.key"}};
  ProxyUnderTest proxy{by_http2("https://" + origin.address())
                           .with("/upstreams/origin/tls/verify", false)
                           .with("/upstreams/origin/health/active/path", "/")
                           .with("/upstreams/origin/health/active/interval", "100ms")};

  EXPECT_THAT(proxy.wait_for_log("BACKEND_UNHEALTHY").line, HasSubstr("it does not agree on h2 (ALPN)"));
}

TEST(Http2Upstream, CarriesTheRequestsOfManyClientsOnOneConnection) {
  FakeUpstream upstream{[](UpstreamConnection& connection) { answer_all(connection); }};
  ProxyUnderTest proxy{by_http2(upstream.url())};
  RawClient plain{proxy.address()};
  Http2Client client{proxy.address()};

  EXPECT_EQ(plain.get("/first").body, "/first");
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 50; ++i) streams.push_back(client.get("/" + std::to_string(i)));
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(client.response(streams[static_cast<std::size_t>(i)]).body, "/" + std::to_string(i));

  EXPECT_EQ(upstream.accepted(), 1);
}

TEST(Http2Upstream, HasItsRequestsBalancedNotItsClients) {
  FakeUpstream one{[](UpstreamConnection& connection) { answer_all(connection, "one"); }};
  FakeUpstream other{[](UpstreamConnection& connection) { answer_all(connection, "other"); }};
  ProxyUnderTest proxy{both_protocols(route_all_to({one.url(), other.url()}))
                           .with("/upstreams/origin/protocol", "h2")
                           .with("/workers", 1)};
  Http2Client client{proxy.address()};

  std::map<std::string, int> answers;
  for (int i = 0; i < 10; ++i) ++answers[client.response(client.get("/")).body];

  EXPECT_EQ(answers["one"], 5);
  EXPECT_EQ(answers["other"], 5);
}

TEST(Http2Upstream, OpensAnotherConnectionWhenThePeerTakesNoMore) {
  std::atomic<int> asked{0};
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    Http2Origin origin{connection, settings_frame({{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 2}})};
    const std::int32_t one = origin.next_request();
    const std::int32_t two = origin.next_request();
    asked += 2;
    EXPECT_TRUE(wait_until([&] { return asked.load() == 6; }));
    origin.respond(one, "one");
    origin.respond(two, "two");
    (void)origin.next_request();
  }};
  ProxyUnderTest proxy{by_http2(upstream.url())};
  Http2Client client{proxy.address()};

  std::vector<std::int32_t> streams;
  for (int i = 0; i < 6; ++i) streams.push_back(client.get("/"));
  for (const std::int32_t stream : streams) EXPECT_EQ(client.response(stream).status, 200);

  EXPECT_EQ(upstream.accepted(), 3);
}

TEST(Http2Upstream, SendsWhatAGoawayLeavesOutAgain) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    Http2Origin origin{connection};
    const std::int32_t first = origin.next_request();
    if (connection.number() != 0) return origin.respond(first, "from the second");
    origin.respond(first, "from the first");
    (void)origin.next_request();
    origin.goaway(first);
    connection.read_until_close();
  }};
  ProxyUnderTest proxy{by_http2(upstream.url())};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/").body, "from the first");
  EXPECT_EQ(client.post("/", "body").body, "from the second");
}

TEST(Http2Upstream, SendsARefusedPostToAnotherBackend) {
  FakeUpstream busy{[](UpstreamConnection& connection) {
    Http2Origin origin{connection};
    for (;;) origin.reset(origin.next_request(), NGHTTP2_REFUSED_STREAM);
  }};
  FakeUpstream upstream{[](UpstreamConnection& connection) { answer_all(connection); }};
  ProxyUnderTest proxy{both_protocols(route_all_to({busy.url(), upstream.url()}))
                           .with("/upstreams/origin/protocol", "h2")
                           .with("/workers", 1)};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.post("/a", "body").body, "/a");
  EXPECT_EQ(client.post("/b", "body").body, "/b");
  EXPECT_EQ(busy.accepted(), 1);
}

TEST(Http2Upstream, AnswersForStreamsThatAreReset) {
  std::atomic<bool> begun{false};
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    Http2Origin origin{connection};
    origin.reset(origin.next_request(), NGHTTP2_INTERNAL_ERROR);
    const std::int32_t second = origin.next_request();
    origin.head(second, {{":status", "200"}});
    origin.data(second, "a part");
    EXPECT_TRUE(wait_until([&] { return begun.load(); }));
    origin.reset(second, NGHTTP2_INTERNAL_ERROR);
    origin.respond(origin.next_request(), "well");
    (void)origin.next_request();
  }};
  ProxyUnderTest proxy{by_http2(upstream.url()).with("/upstreams/origin/retry/attempts", 0)};
  Http2Client client{proxy.address()};

  EXPECT_EQ(client.response(client.get("/")).status, 502);
  const std::int32_t second = client.get("/");
  (void)client.next(NGHTTP2_DATA);
  begun = true;
  const Http2Response part = client.response(second);
  EXPECT_EQ(part.status, 200);
  EXPECT_TRUE(part.reset.has_value());
  EXPECT_EQ(client.response(client.get("/")).body, "well");
}

TEST(Http2Upstream, TellsTheBackendThatTheClientHasGivenUp) {
  std::atomic<bool> asked{false};
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    Http2Origin origin{connection};
    const std::int32_t given_up = origin.next_request();
    asked = true;
    const Http2Frame reset = origin.next(NGHTTP2_RST_STREAM);
    EXPECT_EQ(reset.stream, given_up);
    EXPECT_EQ(read32(reset.payload), static_cast<std::uint32_t>(NGHTTP2_CANCEL));
    origin.respond(origin.next_request(), "the next");
    (void)origin.next_request();
  }};
  ProxyUnderTest proxy{by_http2(upstream.url())};
  Http2Client client{proxy.address()};

  const std::int32_t given_up = client.get("/");
  EXPECT_TRUE(wait_until([&] { return asked.load(); }));
  client.send(reset_frame(given_up));

  EXPECT_EQ(client.response(client.get("/")).body, "the next");
}

TEST(Http2Upstream, StopsAnUploadThatIsAnsweredEarly) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    Http2Origin origin{connection};
    const std::int32_t stream = origin.next_request();
    origin.head(stream, {{":status", "200"}, {"grpc-status", "7"}}, true);
    EXPECT_EQ(origin.next(NGHTTP2_RST_STREAM).stream, stream);
    (void)origin.next_request();
  }};
  ProxyUnderTest proxy{by_http2(upstream.url())};
  Http2Client client{proxy.address()};

  const std::int32_t stream = client.request(http2_request("POST", "/", {{"te", "trailers"}}), false);

  const Http2Response refused = client.response(stream);
  EXPECT_EQ(refused.status, 200);
  EXPECT_EQ(refused.field("grpc-status"), "7");
  EXPECT_EQ(refused.body, "");
}

/// What it answers with, and what the log says of it.
struct Mistake {
  const char* name;
  FieldList head;
  const char* body;
  const char* cause;
};

class Http2UpstreamMistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(Http2UpstreamMistakes, AreNotPassedOn) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    Http2Origin origin{connection};
    const std::int32_t stream = origin.next_request();
    origin.whole(stream, GetParam().head, GetParam().body);
    EXPECT_EQ(origin.next_request(), 3);  // the connection goes on
    origin.respond(3, "well");
    (void)origin.next_request();
  }};
  ProxyUnderTest proxy{by_http2(upstream.url()).with("/upstreams/origin/retry/attempts", 0)};

  const Response refused = RawClient{proxy.address()}.get("/");

  EXPECT_EQ(refused.status, 502);
  (void)proxy.wait_for_log(GetParam().cause);
  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "well");
}

INSTANTIATE_TEST_SUITE_P(
    All, Http2UpstreamMistakes,
    ::testing::Values(
        Mistake{"NoStatus", {{"server", "x"}}, "", "UPSTREAM_BAD_STATUS_LINE"},
        Mistake{"Switch", {{":status", "101"}}, "", "UPSTREAM_BAD_UPGRADE"},
        Mistake{"Connection", {{":status", "200"}, {"connection", "close"}}, "", "UPSTREAM_BAD_FIELD"},
        Mistake{"UpperCase", {{":status", "200"}, {"X-A", "1"}}, "", "UPSTREAM_BAD_FIELD"},
        Mistake{"Blank", {{":status", "200"}, {"x y", "1"}}, "", "UPSTREAM_BAD_FIELD"},
        Mistake{"LineBreak", {{":status", "200"}, {"x", "1\r\ny: 2"}}, "", "UPSTREAM_BAD_FIELD"},
        Mistake{"TooLong", {{":status", "200"}, {"content-length", "2"}}, "more", "UPSTREAM_BAD_CONTENT_LENGTH"}),
    [](const auto& given) { return given.param.name; });

TEST(Http2Upstream, IsFoundOutNotToSpeakIt) {
  FakeUpstream upstream{raw_reply("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")};
  ProxyUnderTest proxy{by_http2("http://" + upstream.address())};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 502);
  (void)proxy.wait_for_log("UPSTREAM_HTTP2_ERROR");
}

TEST(Http2Upstream, IsNoneForTunnels) {
  FakeUpstream upstream{[](UpstreamConnection& connection) { answer_all(connection); }};
  ProxyUnderTest proxy{by_http2(upstream.url())};
  RawClient client{proxy.address()};

  client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 403);
}

TEST(Http2Upstream, DoesNotStopWhenOneClientTakesNothing) {
  const std::string large(1'000'000, 'l');
  FakeUpstream upstream{[&](UpstreamConnection& connection) {
    Http2Origin origin{connection};
    const std::int32_t stalled = origin.next_request();
    origin.head(stalled, {{":status", "200"}});
    for (std::size_t sent = 0; sent < 256 * 1024; sent += 16'384) origin.data(stalled, large.substr(0, 16'384));
    for (int i = 0; i < 20; ++i) {
      const std::int32_t stream = origin.next_request();
      origin.head(stream, {{":status", "200"}});
      origin.data(stream, large.substr(0, 16'384));
      origin.data(stream, "end", true);
    }
    (void)origin.next_request();
  }};
  ProxyUnderTest proxy{by_http2(upstream.url())};
  Http2Client stalled{proxy.address(), {.gives_window = false, .stream_window = 0}};
  (void)stalled.get("/");
  EXPECT_TRUE(wait_until([&] { return upstream.accepted() == 1; }));
  RawClient client{proxy.address()};

  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.get("/").body.size(), 16'387u);

  EXPECT_EQ(upstream.accepted(), 1);
}

}  // namespace
}  // namespace headgate::testing
