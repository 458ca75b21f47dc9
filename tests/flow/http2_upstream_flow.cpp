// HTTP/2 to an upstream over memory: every I/O step fails once, and time moves by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "memory_proxy.hpp"
#include "support/http2_frames.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::string_view config =
    R"({ "listeners": [{ "address": "127.0.0.1:80" }], "routes": [{ "upstream": "web" }],
  "upstreams": { "web": { "backends": ["http://10.0.0.1:80"], "protocol": "h2", "retry": { "attempts": 0 },
    "timeouts": { "connect": "3s", "first_byte": "5s", "idle": "6s" }, "keep_alive": { "idle_timeout": "20s" } } } })";

const std::string ok = "\x88";  // ":status: 200" (RFC 7541 appendix A)

/// The streams whose request has ended, after a hello and the acknowledgement of theirs.
std::vector<std::int32_t> requests_in(Wire& wire) {
  constexpr std::size_t preface_bytes = 24;
  std::vector<std::int32_t> ended;
  if (wire.from_proxy.starts_with("PRI") && wire.from_proxy.size() >= preface_bytes) {
    wire.from_proxy.erase(0, preface_bytes);
    wire.to_proxy += settings_frame();
  }
  while (const auto frame = take_frame(wire.from_proxy)) {
    if (frame->type == NGHTTP2_SETTINGS && !frame->has(NGHTTP2_FLAG_ACK))
      wire.to_proxy += bytes_of({NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, {}});
    const bool message = frame->type == NGHTTP2_HEADERS || frame->type == NGHTTP2_DATA;
    if (message && frame->has(NGHTTP2_FLAG_END_STREAM)) ended.push_back(frame->stream);
  }
  return ended;
}

void respond(Wire& wire, std::int32_t stream, std::string_view body) {
  wire.to_proxy += bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, stream, ok});
  wire.to_proxy += data_frame(stream, body, true);
}

void answer(Wire& wire) {
  for (const std::int32_t stream : requests_in(wire)) respond(wire, stream, std::string(10'000, 'x'));
}

void stay_silent(Wire& wire) { (void)requests_in(wire); }

const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string post =
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-A: 1\r\n\r\n";

std::size_t run(std::size_t failing_step, int error) {
  FaultPlan faults{failing_step, error};
  MemoryProxy proxy{config, faults, answer};

  const WirePtr one = proxy.client(get + get);
  const WirePtr other = proxy.client(post);
  proxy.settle();
  one->peer_closed = other->peer_closed = true;
  proxy.settle();
  proxy.advance(std::chrono::minutes{2});

  EXPECT_EQ(proxy.sessions(), 0u) << "failing step " << failing_step;
  EXPECT_EQ(proxy.buffers_lent(), 0u) << "failing step " << failing_step;
  if (failing_step == 0) {
    EXPECT_EQ(proxy.upstreams().size(), 1u);
    EXPECT_THAT(other->from_proxy, HasSubstr("HTTP/1.1 200"));
    EXPECT_TRUE(proxy.upstreams()[0]->proxy_closed) << "the idle connection";
  }
  return faults.count();
}

TEST(Http2UpstreamFlow, EndsInGoodOrderWhicheverStepFails) {
  const std::size_t steps = run(0, 0);
  for (std::size_t step = 1; step <= steps; ++step) run(step, ECONNRESET);
}

TEST(Http2UpstreamFlow, WaitsForABackendThatSaysNothing) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, [](Wire&) {}};
  const WirePtr client = proxy.client(get);
  proxy.settle();

  proxy.advance(4s);

  EXPECT_THAT(client->from_proxy, HasSubstr("HTTP/1.1 504"));
}

TEST(Http2UpstreamFlow, WaitsForAResponse) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, stay_silent};
  const WirePtr client = proxy.client(get);
  proxy.settle();

  proxy.advance(4s);
  EXPECT_EQ(client->from_proxy, "");
  proxy.advance(2s);

  EXPECT_THAT(client->from_proxy, HasSubstr("HTTP/1.1 504"));
  EXPECT_TRUE(proxy.upstreams()[0]->proxy_closed) << "nothing has come for so long: it may be dead";
}

TEST(Http2UpstreamFlow, WaitsForTheRestOfAResponse) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, [](Wire& wire) {
                      for (const std::int32_t stream : requests_in(wire)) {
                        wire.to_proxy += bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, stream, ok});
                        wire.to_proxy += data_frame(stream, "a part");
                      }
                    }};
  const WirePtr client = proxy.client(get);
  proxy.settle();
  EXPECT_THAT(client->from_proxy, HasSubstr("a part"));

  proxy.advance(7s);

  EXPECT_TRUE(client->proxy_closed);
}

// Regression: a failed attempt told nobody while another one was on its way, as one always was under load.
TEST(Http2UpstreamFlow, NobodyWaitsLongerBecauseOthersWaitToo) {
  FaultPlan faults;
  std::string one_stream{config};
  one_stream.insert(one_stream.find(R"("retry")"), R"("http2": { "max_streams": 1 }, )");
  MemoryProxy proxy{one_stream, faults, [](Wire&) {}};
  const WirePtr first = proxy.client(get);
  proxy.settle();
  proxy.advance(2s);
  const WirePtr second = proxy.client(get);
  proxy.settle();

  proxy.advance(1'500ms);

  EXPECT_EQ(proxy.connections_tried(), 2u);
  EXPECT_THAT(first->from_proxy, HasSubstr("HTTP/1.1 504"));
  EXPECT_EQ(second->from_proxy, "");
}

TEST(Http2UpstreamFlow, ABurstSharesTheConnectionThatIsOnItsWay) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, answer};

  std::vector<WirePtr> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(proxy.client(get));
  proxy.settle();

  EXPECT_EQ(proxy.connections_tried(), 2u);
  for (const WirePtr& client : clients) EXPECT_THAT(client->from_proxy, HasSubstr("HTTP/1.1 200"));
}

}  // namespace
}  // namespace headgate::testing
