// Requests that stay open, as streams of gRPC do, while nobody says a word for long: what a route allows its clients,
// and an upstream its backends. Over memory, with time that moves by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "memory_proxy.hpp"
#include "support/http2_frames.hpp"

namespace headgate::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::string_view config = R"({
  "listeners": [{ "address": "127.0.0.1:80", "protocols": ["h2", "http/1.1"] }],
  "routes": [{ "match": { "path_prefix": "/stream" }, "upstream": "web", "client_body_idle": "2h" },
             { "match": { "path_prefix": "/brief" }, "upstream": "web", "client_body_idle": "1s" },
             { "upstream": "web" }],
  "upstreams": { "web": { "backends": ["http://10.0.0.1:80"], "timeouts": { "first_byte": "3h", "idle": "3h" } } },
  "timeouts": { "client_body_idle": "5s", "client_idle": "20s" } })";

constexpr std::string_view answer_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

void silent(Wire&) {}

/// Answers with a head, and leaves the rest to the test.
void begin_answer(Wire& wire) {
  const std::size_t end = wire.from_proxy.find("\r\n\r\n");
  if (end == std::string::npos) return;
  wire.from_proxy.erase(0, end + 4);
  wire.to_proxy += answer_head;
}

std::string upload(const std::string& path) {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
}

/// Over HTTP/2, on stream 1.
std::string stream(const std::string& path) {
  HpackEncoder encoder;
  return http2_requests({}) + bytes_of({NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, {}}) +
         bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, encoder.encode(http2_request("POST", path))});
}

bool was_reset(std::string bytes) {
  while (const auto frame = take_frame(bytes))
    if (frame->type == NGHTTP2_RST_STREAM) return true;
  return false;
}

TEST(SilentStreamFlow, LivesAsLongAsItsRouteAllowsTheClient) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, begin_answer};
  const WirePtr client = proxy.client(stream("/stream"));
  proxy.settle();

  proxy.advance(119min);
  EXPECT_FALSE(was_reset(client->from_proxy));
  client->to_proxy += data_frame(1, "still here");
  proxy.settle();
  EXPECT_THAT(proxy.upstreams()[0]->from_proxy, HasSubstr("still here"));
  proxy.upstreams()[0]->to_proxy += "5\r\nhello\r\n";
  proxy.settle();
  EXPECT_THAT(client->from_proxy, HasSubstr("hello"));

  proxy.advance(121min);
  EXPECT_TRUE(was_reset(client->from_proxy));
}

TEST(SilentStreamFlow, OnAnotherRouteEndsByTheTimeoutOfAll) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, begin_answer};
  const WirePtr client = proxy.client(stream("/other"));
  proxy.settle();

  proxy.advance(4s);
  EXPECT_FALSE(was_reset(client->from_proxy));
  proxy.advance(2s);

  EXPECT_TRUE(was_reset(client->from_proxy));
}

TEST(SilentStreamFlow, OfHttp1LivesAsLongToo) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, silent};
  const WirePtr client = proxy.client(upload("/stream"));
  proxy.settle();

  proxy.advance(119min);
  client->to_proxy += "5\r\nhello\r\n0\r\n\r\n";
  proxy.settle();
  EXPECT_THAT(proxy.upstreams()[0]->from_proxy, EndsWith("5\r\nhello\r\n0\r\n\r\n"));
}

TEST(SilentStreamFlow, MayGetLessThanOthersAsWell) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, silent};
  const WirePtr brief = proxy.client(upload("/brief"));
  const WirePtr other = proxy.client(upload("/other"));
  proxy.settle();

  proxy.advance(2s);

  EXPECT_THAT(brief->from_proxy, HasSubstr("408"));
  EXPECT_EQ(other->from_proxy, "");
}

TEST(SilentStreamFlow, OutlivesASilentBackendByTheTimeoutsOfItsUpstream) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, begin_answer};
  const WirePtr client = proxy.client("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  proxy.settle();

  proxy.advance(179min);
  proxy.upstreams()[0]->to_proxy += "5\r\nhello\r\n0\r\n\r\n";
  proxy.settle();

  EXPECT_THAT(client->from_proxy, EndsWith("5\r\nhello\r\n0\r\n\r\n"));
}

}  // namespace
}  // namespace headgate::testing
