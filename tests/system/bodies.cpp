#include <gtest/gtest.h>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

const std::string chunked_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";
const std::string chunked_post = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n";

std::string sample(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + (i * 31 + i / 4096) % 26);
  return bytes;
}

TEST(Bodies, ABodyOfKnownLengthArrivesWholeBothWays) {
  FakeUpstream upstream{[](const Request& request) { return reply(200, request.body); }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  for (const std::size_t size : {0, 1, 1000, 70'000, 3'000'000}) {
    const std::string body = sample(size);
    const Response response = client.post("/", body);

    EXPECT_EQ(response.field("content-length"), std::to_string(size));
    ASSERT_TRUE(response.body == body) << size;
  }
}

TEST(Bodies, AChunkedBodyArrivesWholeBothWays) {
  FakeUpstream upstream{[](const Request& request) {
    return raw_reply(
        chunked_head + "\r\n" + chunk(request.body.substr(0, 10)) + chunk(request.body.substr(10)) + chunk("") + "\r\n",
        After::keep);
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};
  const std::string body = sample(200'000);

  client.send(chunked_post + "\r\n" + chunk(body.substr(0, 1)) + chunk(body.substr(1)) + chunk("") + "\r\n");
  const Response response = client.read_response();

  EXPECT_TRUE(response.is_chunked());
  EXPECT_FALSE(response.has("content-length"));
  EXPECT_TRUE(response.body == body);
  EXPECT_TRUE(upstream.last_request().is_chunked());
  EXPECT_FALSE(upstream.last_request().has("content-length"));
}

TEST(Bodies, ChunksMayArriveByteByByte) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive();
    connection.send_in_pieces(chunked_head + "\r\n" + chunk("hello ") + chunk("world") + chunk("") + "T: 1\r\n\r\n");
    connection.receive();
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send_in_pieces(chunked_post + "\r\n" + chunk("some") + chunk(" body") + chunk("") + "\r\n");
  const Response response = client.read_response();

  EXPECT_EQ(response.body, "hello world");
  EXPECT_EQ(response.trailer("t"), "1");
  EXPECT_EQ(upstream.last_request().body, "some body");
}

TEST(Bodies, TrailersAreForwardedBothWays) {
  FakeUpstream upstream{
      raw_reply(chunked_head + "Trailer: X-Sum\r\n\r\n" + chunk("abc") + chunk("") + "X-Sum: 42\r\nX-Other: o\r\n\r\n",
                After::keep)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send(chunked_post + "TE: trailers\r\nConnection: TE\r\nTrailer: X-Up\r\n\r\n" + chunk("abc") + chunk("") +
              "X-Up: 7\r\n\r\n");
  const Response response = client.read_response();

  EXPECT_EQ(response.trailer("X-Sum"), "42");
  EXPECT_EQ(response.trailer("X-Other"), "o");
  EXPECT_EQ(response.field("Trailer"), "X-Sum");
  EXPECT_EQ(upstream.last_request().trailer("X-Up"), "7");
}

TEST(Bodies, ChunkExtensionsAreDroppedBothWays) {
  FakeUpstream upstream{raw_reply(chunked_head + "\r\n3;name=\"value\"\r\nabc\r\n0;last\r\n\r\n", After::keep)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.send(chunked_post + "\r\n2;a=b;c\r\nxy\r\n0;d=\"e\"\r\n\r\n");
  const Response response = client.read_response();

  EXPECT_EQ(response.body, "abc");
  for (const std::string& line : response.chunk_lines) EXPECT_EQ(line.find(';'), std::string::npos) << line;
  EXPECT_EQ(upstream.last_request().body, "xy");
  for (const std::string& line : upstream.last_request().chunk_lines)
    EXPECT_EQ(line.find(';'), std::string::npos) << line;
}

TEST(Bodies, AResponseThatEndsWithItsConnectionIsChunkedForTheClient) {
  FakeUpstream upstream{raw_reply("HTTP/1.1 200 OK\r\nX-A: a\r\n\r\nuntil the end")};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  const Response first = client.get("/");
  const Response second = client.get("/");

  EXPECT_TRUE(first.is_chunked());
  EXPECT_EQ(first.body, "until the end");
  EXPECT_EQ(second.body, "until the end");
}

TEST(Bodies, AResponseThatEndsWithItsConnectionStaysSoForHttp10) {
  FakeUpstream upstream{raw_reply("HTTP/1.0 200 OK\r\n\r\nuntil the end")};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  const Response response = client.ask("GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n");

  EXPECT_FALSE(response.has("transfer-encoding"));
  EXPECT_FALSE(equals_ignoring_case(response.field("connection"), "keep-alive"));
  EXPECT_EQ(response.body, "until the end");
  EXPECT_EQ(client.ending(), Ending::closed);
}

TEST(Bodies, ATruncatedResponseIsVisiblyTruncated) {
  FakeUpstream upstream{[](const Request& request) {
    if (request.target == "/length") return raw_reply("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive5");
    return raw_reply(chunked_head + "\r\n" + chunk("five5"));
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};

  EXPECT_THROW(RawClient{proxy.address()}.get("/length"), Disconnected);
  EXPECT_THROW(RawClient{proxy.address()}.get("/chunked"), Disconnected);
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_RESET", 1)["status"], "200");
}

TEST(Bodies, AHeadResponseHasFieldsButNoBody) {
  FakeUpstream upstream{[](const Request& request) {
    if (request.method == "HEAD") return raw_reply("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n", After::keep);
    return reply(200, "next");
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  const Response head = client.ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  const Response next = client.get("/");

  EXPECT_EQ(head.field("content-length"), "12345");
  EXPECT_EQ(next.body, "next");
  EXPECT_EQ(upstream.accepted(), 1);
}

TEST(Bodies, StatusesWithoutBodyHaveNone) {
  FakeUpstream upstream{[](const Request& request) {
    if (request.target == "/304")
      return raw_reply("HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\nContent-Length: 99\r\n\r\n", After::keep);
    return reply(request.target == "/204" ? 204 : 200, "");
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  const Response no_content = client.get("/204");
  const Response not_modified = client.get("/304");

  EXPECT_EQ(no_content.status, 204);
  EXPECT_FALSE(no_content.has("content-length"));
  EXPECT_FALSE(no_content.has("transfer-encoding"));
  EXPECT_EQ(not_modified.status, 304);
  EXPECT_EQ(not_modified.field("etag"), "\"e\"");
  EXPECT_EQ(client.get("/200").status, 200);
  EXPECT_EQ(upstream.accepted(), 1);
}

TEST(Bodies, ABodyOverTheLimitIsRefusedBeforeItIsSentOn) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/limits/body_bytes", 1000)};
  RawClient client{proxy.address()};

  const Response response = client.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n");

  EXPECT_EQ(response.status, 413);
  EXPECT_TRUE(client.closes());
  EXPECT_EQ(upstream.request_count(), 0U);
  EXPECT_EQ(proxy.wait_for_log("CLIENT_BODY_TOO_LARGE")["status"], "413");
}

TEST(Bodies, AChunkedBodyOverTheLimitIsCutOff) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/limits/body_bytes", 1000)};
  RawClient client{proxy.address()};

  const Response response = client.ask(chunked_post + "\r\n" + chunk(sample(600)) + chunk(sample(600)));

  EXPECT_EQ(response.status, 413);
  EXPECT_TRUE(client.closes());
  EXPECT_EQ(upstream.request_count(), 0U);
}

TEST(Bodies, ARouteMayAllowMoreThanTheGlobalLimit) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/limits/body_bytes", 1000).with("/routes/0/body_bytes", 5000)};

  EXPECT_EQ(RawClient{proxy.address()}.post("/", sample(5000)).status, 200);
  EXPECT_EQ(RawClient{proxy.address()}.post("/", sample(5001)).status, 413);
}

TEST(Bodies, ALargeUploadGetsTheAnswerThatCameBeforeItsEnd) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/limits/body_bytes", "1MiB")};
  RawClient client{proxy.address()};
  constexpr std::size_t size = 16U * 1024 * 1024;

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
  client.send(std::string(size, 'x'));  // throws when the connection is reset in the middle

  EXPECT_EQ(client.read_response().status, 413);
}

TEST(Bodies, AnAnswerBeforeTheEndOfTheRequestSaysThatTheConnectionCloses) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive_head();
    connection.send(reply(403, "no"));
    connection.read_until_close();
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  const Response response = client.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf");

  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.field("connection"), "close");
  EXPECT_TRUE(client.closes());
}

}  // namespace
}  // namespace headgate::testing
