// HTTP/2 sessions over memory: every I/O step fails once, and time moves by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "memory_proxy.hpp"
#include "support/http2_frames.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::string_view config =
    R"({ "listeners": [{ "address": "127.0.0.1:80", "protocols": ["h2", "http/1.1"] }], "routes": [{ "upstream": "web" }],
  "upstreams": { "web": { "backends": ["http://10.0.0.1:80"] } },
  "timeouts": { "client_body_idle": "5s", "client_write_idle": "6s", "client_idle": "20s", "client_head": "10s" } })";

const std::string large(40'000, 'x');
const std::string huge(400'000, 'x');

/// Answers each request whose head has come, and forgets what else comes.
void answer(Wire& wire) {
  for (std::size_t end; (end = wire.from_proxy.find("\r\n\r\n")) != std::string::npos;) {
    const bool wants_large = wire.from_proxy.find("/large") < end;
    const bool wants_huge = wire.from_proxy.find("/huge") < end;
    wire.from_proxy.erase(0, end + 4);
    const std::string body = wants_huge ? huge : wants_large ? large : "hello";
    wire.to_proxy += "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
}

std::string acknowledgement() { return bytes_of({NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, {}}); }

/// The frames that a client got, by type.
std::map<int, std::vector<Http2Frame>> frames_in(std::string bytes) {
  std::map<int, std::vector<Http2Frame>> frames;
  while (auto frame = take_frame(bytes)) frames[frame->type].push_back(*frame);
  return frames;
}

std::size_t run(std::size_t failing_step, int error) {
  FaultPlan faults{failing_step, error};
  MemoryProxy proxy{config, faults, answer};
  HpackEncoder encoder;
  const auto head = [&](std::int32_t stream, const char* method, const char* path, std::uint8_t more) {
    return bytes_of({NGHTTP2_HEADERS, static_cast<std::uint8_t>(NGHTTP2_FLAG_END_HEADERS | more), stream,
                     encoder.encode(http2_request(method, path))});
  };
  std::string bytes = http2_requests({}) + acknowledgement() + window_frame(0, 100'000);
  bytes += head(1, "GET", "/", NGHTTP2_FLAG_END_STREAM);
  bytes += head(3, "GET", "/large", NGHTTP2_FLAG_END_STREAM);
  bytes += head(5, "POST", "/", 0) + data_frame(5, "body", true);
  bytes += head(7, "GET", "/large", NGHTTP2_FLAG_END_STREAM) + reset_frame(7);

  const WirePtr client = proxy.client(std::move(bytes));
  client->room = 8'000;
  client->most_per_read = 100;
  std::string received;
  for (int turn = 0; turn < 50 && client->stream != nullptr; ++turn) {
    proxy.settle();
    received += std::exchange(client->from_proxy, {});
  }
  client->peer_closed = true;
  proxy.settle();
  proxy.advance(std::chrono::minutes{2});

  EXPECT_EQ(proxy.sessions(), 0u) << "failing step " << failing_step;
  if (failing_step == 0) {
    auto frames = frames_in(received);
    EXPECT_EQ(frames[NGHTTP2_HEADERS].size(), 3u);
    EXPECT_THAT(received, HasSubstr("hello"));
  }
  return faults.count();
}

TEST(Http2Flow, EndsInGoodOrderWhicheverStepFails) {
  const std::size_t steps = run(0, 0);

  ASSERT_GT(steps, 10u);
  for (const int error : {ECONNRESET, EPIPE, ETIMEDOUT})
    for (std::size_t step = 1; step <= steps; ++step) run(step, error);
}

TEST(Http2Flow, SendsWhatATurnBringsInOneWrite) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, answer};
  const WirePtr client =
      proxy.client(http2_requests({http2_request("GET", "/a"), http2_request("GET", "/b")}) + acknowledgement());
  proxy.settle();
  const std::size_t before = faults.count();

  client->to_proxy += ping_frame() + ping_frame();
  proxy.settle();

  EXPECT_EQ(faults.count() - before, 2u);  // a read and a write
}

TEST(Http2Flow, ClosesAConnectionThatIsIdle) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, answer};
  const WirePtr client = proxy.client(http2_requests({http2_request("GET", "/")}) + acknowledgement());
  proxy.settle();

  proxy.advance(19s);
  EXPECT_EQ(proxy.sessions(), 1u);
  proxy.advance(2s);

  EXPECT_EQ(proxy.sessions(), 0u);
  EXPECT_EQ(frames_in(client->from_proxy)[NGHTTP2_GOAWAY].size(), 1u);
}

TEST(Http2Flow, GivesUpAStreamThatGetsNoWindow) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, answer};
  const WirePtr client = proxy.client(http2_requests({http2_request("GET", "/large"), http2_request("GET", "/large")}) +
                                      acknowledgement());
  proxy.settle();

  proxy.advance(7s);

  auto frames = frames_in(client->from_proxy);  // 65,535 bytes of window, shared by both
  ASSERT_EQ(frames[NGHTTP2_RST_STREAM].size(), 2u);
  for (const Http2Frame& reset : frames[NGHTTP2_RST_STREAM])
    EXPECT_EQ(read32(reset.payload), static_cast<std::uint32_t>(NGHTTP2_CANCEL));
  EXPECT_EQ(proxy.sessions(), 1u);
}

/// Of two huge responses, which windows never stop, so many seconds of 8,000 bytes each; the frames that came.
std::map<int, std::vector<Http2Frame>> take_slowly(int seconds, const FieldList& first, const FieldList& second) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, answer};
  const WirePtr client =
      proxy.client(http2_requests({}) + settings_frame({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1U << 30U}}) +
                   acknowledgement() + window_frame(0, 1U << 30U));
  client->room = 8'000;
  proxy.settle();
  HpackEncoder encoder;
  for (const FieldList* more : {&first, &second})
    client->to_proxy += bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM,
                                  more == &first ? 1 : 3, encoder.encode(http2_request("GET", "/huge", *more))});
  std::string received;
  for (int second_now = 0; second_now < seconds; ++second_now) {
    proxy.settle();
    received += std::exchange(client->from_proxy, {});
    proxy.advance(900ms);  // and two ticks
  }
  return frames_in(received + client->from_proxy);
}

std::size_t bytes_of_stream(const std::vector<Http2Frame>& data, std::int32_t stream) {
  std::size_t bytes = 0;
  for (const Http2Frame& frame : data)
    if (frame.stream == stream) bytes += frame.payload.size();
  return bytes;
}

// Regression: they came one after the other, and the second was reset before its turn.
TEST(Http2Flow, ResponsesTakeTurns) {
  auto frames = take_slowly(40, {}, {});

  EXPECT_GT(bytes_of_stream(frames[NGHTTP2_DATA], 1), 50'000u);
  EXPECT_GT(bytes_of_stream(frames[NGHTTP2_DATA], 3), 50'000u);
}

TEST(Http2Flow, AResponseMayWaitForThoseOfMoreUrgency) {
  auto frames = take_slowly(120, {{"priority", "u=0"}}, {{"priority", "u=7"}});

  EXPECT_EQ(frames[NGHTTP2_RST_STREAM].size(), 0u);
  EXPECT_EQ(bytes_of_stream(frames[NGHTTP2_DATA], 1), huge.size());
  EXPECT_EQ(bytes_of_stream(frames[NGHTTP2_DATA], 3), huge.size());
}

// Regression: fields of a refused stream were decoded without a limit.
TEST(Http2Flow, EndsWhenTheHeadOfARefusedStreamIsAFlood) {
  std::string one_stream{config};
  one_stream.insert(one_stream.find(R"("timeouts")"), R"("http2": { "max_streams": 1 }, )");
  FaultPlan faults;
  MemoryProxy proxy{one_stream, faults, [](Wire&) {}};
  HpackEncoder encoder;
  const auto head = [&](std::int32_t stream, const FieldList& more) {
    return bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, stream,
                     encoder.encode(http2_request("GET", "/", more))});
  };
  const FieldList flood(1'000, {"x", std::string(3'000, 'x')});  // a byte each, but for the first
  const WirePtr client = proxy.client(http2_requests({}) + acknowledgement());
  proxy.settle();

  client->to_proxy += head(1, {}) + reset_frame(1);  // in order: the compression depends on what came before
  client->to_proxy += head(3, {}) + reset_frame(3);
  client->to_proxy += head(5, flood);
  proxy.settle();

  auto goaway = frames_in(client->from_proxy)[NGHTTP2_GOAWAY];
  ASSERT_EQ(goaway.size(), 1u);
  EXPECT_EQ(read32(goaway[0].payload.substr(4)), static_cast<std::uint32_t>(NGHTTP2_ENHANCE_YOUR_CALM));
}

TEST(Http2Flow, EndsWhenItIsCut) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, [](Wire&) {}};
  proxy.client(http2_requests({http2_request("GET", "/a"), http2_request("GET", "/b")}) + acknowledgement());
  proxy.settle();

  proxy.cut();

  EXPECT_EQ(proxy.sessions(), 0u);
}

TEST(Http2Flow, WaitsForTheFirstBytesNoLongerThanForAHead) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, answer};
  proxy.client("PRI * HT");
  proxy.settle();

  proxy.advance(9s);
  EXPECT_EQ(proxy.sessions(), 1u);
  proxy.advance(2s);

  EXPECT_EQ(proxy.sessions(), 0u);
}

/// So many PINGs, or parts of one, a second and a half apart; returns how long the connection was there for them.
std::chrono::milliseconds trickle(MemoryProxy& proxy, Wire& client, const std::string& bytes) {
  std::chrono::milliseconds lasted{0};
  for (const char byte : bytes) {
    if (client.stream == nullptr) break;
    client.to_proxy += byte;
    proxy.settle();
    proxy.advance(1'400ms);  // and two ticks
    lasted += 1'500ms;
  }
  return lasted;
}

TEST(Http2Flow, WaitsForTheFirstRequestNoLongerThanForAHeadWhateverElseComes) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, answer};
  const WirePtr client = proxy.client(http2_requests({}) + acknowledgement());
  proxy.settle();

  const auto lasted = trickle(proxy, *client, ping_frame() + ping_frame());

  EXPECT_GT(lasted, 9s);
  EXPECT_LT(lasted, 13s);
  EXPECT_EQ(proxy.sessions(), 0u);
}

TEST(Http2Flow, WaitsForTheRestOfAFrameNoLongerThanForAHead) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, answer};
  const WirePtr client = proxy.client(http2_requests({http2_request("GET", "/")}) + acknowledgement());
  proxy.settle();
  client->from_proxy.clear();

  const auto lasted = trickle(proxy, *client, ping_frame());

  EXPECT_GT(lasted, 9s);
  EXPECT_LT(lasted, 18s);  // it lingers for 5 s
  auto goaway = frames_in(client->from_proxy)[NGHTTP2_GOAWAY];
  ASSERT_EQ(goaway.size(), 1u);
  EXPECT_EQ(read32(goaway[0].payload.substr(4)), static_cast<std::uint32_t>(NGHTTP2_ENHANCE_YOUR_CALM));
}

TEST(Http2Flow, LetsTheBodyOfARequestTrickleIn) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, [](Wire&) {}};
  HpackEncoder encoder;
  const WirePtr client = proxy.client(
      http2_requests({}) + acknowledgement() +
      bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, encoder.encode(http2_request("POST", "/"))}));
  proxy.settle();

  const std::string data = data_frame(1, std::string(30, 'd'));
  client->to_proxy += data.substr(0, 9);  // the frame's own head is no body

  const auto lasted = trickle(proxy, *client, data.substr(9));

  EXPECT_GT(lasted, 40s);
  EXPECT_EQ(proxy.sessions(), 1u);
}

TEST(Http2Flow, LetsAClientMeasureThePathOfEachResponse) {
  FaultPlan faults;
  MemoryProxy proxy{config, faults, answer};
  HpackEncoder encoder;
  const WirePtr client = proxy.client(http2_requests({}) + acknowledgement());
  std::size_t answered = 0;

  for (std::int32_t stream = 1; stream < 2'400; stream += 2) {
    client->to_proxy += bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, stream,
                                  encoder.encode(http2_request("GET", "/"))});
    proxy.settle();
    client->to_proxy += ping_frame() + window_frame(0, 5);
    proxy.settle();
    auto frames = frames_in(std::exchange(client->from_proxy, {}));
    ASSERT_EQ(frames[NGHTTP2_GOAWAY].size(), 0u) << "after " << answered;
    answered += frames[NGHTTP2_PING].size();
  }

  EXPECT_EQ(answered, 1'200u);
}

}  // namespace
}  // namespace headgate::testing
