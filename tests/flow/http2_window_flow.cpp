// The windows of uploads over HTTP/2, by the letter: what stands still takes nothing from what flows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "memory_proxy.hpp"
#include "support/http2_frames.hpp"

namespace headgate::testing {
namespace {

/// Those to "one" wait for each other: nobody takes their bodies meanwhile.
constexpr std::string_view config = R"({
  "listeners": [{ "address": "127.0.0.1:80", "protocols": ["h2"] }],
  "routes": [{ "match": { "path_prefix": "/stalled" }, "upstream": "one" }, { "upstream": "web" }],
  "upstreams": { "one": { "backends": [{ "url": "http://10.0.0.1:80", "max_connections": 1 }],
                          "queue": { "size": 100, "timeout": "60s" } },
                 "web": { "backends": ["http://10.0.0.2:80"] } } })";

/// Takes what comes and answers when that has ended; what is stalled is neither taken nor answered.
void answer(Wire& wire) {
  constexpr std::string_view last_chunk = "\r\n0\r\n\r\n";
  std::string& came = wire.from_proxy;
  if (came.find("/stalled") != std::string::npos) return;
  const bool ended = came.ends_with(last_chunk);
  came.erase(0, ended ? came.size() : came.size() - std::min(came.size(), last_chunk.size()));
  if (ended) wire.to_proxy += "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
}

class Http2WindowFlow : public ::testing::Test {
 protected:
  Http2WindowFlow() {
    client = proxy.client(http2_requests({}));
    settle();
    client->to_proxy += bytes_of({NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, {}});
    settle();
  }

  void settle() {
    proxy.settle();
    while (const auto frame = take_frame(client->from_proxy)) {
      if (frame->type == NGHTTP2_WINDOW_UPDATE) windows[frame->stream] += read32(frame->payload);
      if (frame->type == NGHTTP2_HEADERS) ++responses;
      if (frame->type == NGHTTP2_GOAWAY || frame->type == NGHTTP2_RST_STREAM) ++failures;
    }
  }
  void post(std::int32_t stream, const std::string& path, const FieldList& more = {}) {
    client->to_proxy += bytes_of(
        {NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, stream, encoder.encode(http2_request("POST", path, more))});
    windows[stream] = 65'535;
  }
  /// As much of so many bytes as the windows allow; returns what is left.
  std::size_t upload(std::int32_t stream, std::size_t bytes) {
    for (;;) {
      const std::size_t part = std::min<std::size_t>({bytes, 16'384, windows[stream], windows[0]});
      if (part == 0) return bytes;
      client->to_proxy += data_frame(stream, std::string(part, 'u'), part == bytes);
      bytes -= part;
      windows[stream] -= part;
      windows[0] -= part;
      settle();
    }
  }

  FaultPlan faults;
  MemoryProxy proxy{config, faults, answer};
  HpackEncoder encoder;
  WirePtr client;
  std::map<std::int32_t, std::size_t> windows{{0, 65'535}};
  std::size_t responses = 0;
  std::size_t failures = 0;
};

TEST_F(Http2WindowFlow, UploadsThatStandStillStopNoOther) {
  for (std::int32_t stream = 1; stream <= 99; stream += 2) {
    post(stream, "/stalled");
    upload(stream, 10'000'000);
  }
  ASSERT_EQ(responses, 0u);

  for (std::int32_t stream = 101; stream <= 103; stream += 2) {
    post(stream, "/flows");
    EXPECT_EQ(upload(stream, 3'000'000), 0u) << stream;
  }

  EXPECT_EQ(responses, 2u);
  EXPECT_EQ(failures, 0u);
}

// Regression: what such bodies had taken of the connection's window was never given back.
TEST_F(Http2WindowFlow, BodiesThatContradictTheirLengthTakeNothingOfTheConnection) {
  std::int32_t stream = 1;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 100; ++i, stream += 2) {
      post(stream, "/flows", {{"content-length", "1"}});
      client->to_proxy += data_frame(stream, std::string(std::min<std::size_t>(16'384, windows[0]), 'b'));
      windows[0] -= std::min<std::size_t>(16'384, windows[0]);
      settle();
    }
    proxy.advance(std::chrono::seconds{10});  // more of them at a time would be a flood
  }
  ASSERT_EQ(failures, 2'000u);

  post(stream, "/flows");
  EXPECT_EQ(upload(stream, 1'000'000), 0u);
  EXPECT_EQ(responses, 1u);
}

TEST_F(Http2WindowFlow, AnUploadThatFlowsGetsTheFullWindow) {
  post(1, "/flows");

  upload(1, 20'000);
  settle();

  EXPECT_GT(windows[1], 200'000u);
}

}  // namespace
}  // namespace headgate::testing
