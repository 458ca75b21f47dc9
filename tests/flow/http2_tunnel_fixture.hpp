// A client of HTTP/2 that asks for tunnels on its stream 1, over wires in memory.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http/websocket_handshake.hpp"
#include "memory_proxy.hpp"
#include "support/http2_frames.hpp"

namespace headgate::testing {

inline constexpr std::string_view http2_tunnel_config = R"({
  "listeners": [ { "address": "127.0.0.1:80", "protocols": ["h2"] } ],
  "routes": [
    { "match": { "path_prefix": "/" }, "upstream": "web" },
    { "match": { "path_prefix": "/closed" }, "upstream": "web", "upgrade": [] },
    { "match": { "path_prefix": "/fixed" }, "respond": { "status": 200 } },
    { "match": { "hosts": ["db.example"] }, "upstream": "web", "connect": true } ],
  "timeouts": { "client_write_idle": "5s" },
  "limits": { "body_bytes": "1KiB" },
  "upstreams": { "web": { "backends": ["http://10.0.0.1:80"], "timeouts": { "tunnel_idle": "10s" } } } })";

inline std::string ended_data() { return data_frame(1, "", true); }

/// Accepts every handshake, and says no more by itself.
struct WebSocketOrigin {
  void operator()(Wire& wire) {
    const std::size_t end = wire.from_proxy.find("\r\n\r\n");
    if (end == std::string::npos || !head.empty()) return;
    head = wire.from_proxy.substr(0, end + 4);
    wire.from_proxy.erase(0, end + 4);
    const std::size_t key = head.find("sec-websocket-key: ");
    const std::string accept = key == std::string::npos
                                   ? ""
                                   : http::websocket_accept(head.substr(key + 19, head.find("\r\n", key) - key - 19));
    wire.to_proxy += answer.empty()
                         ? "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Accept: " +
                               accept + "\r\n\r\n"
                         : answer;
  }
  std::string answer;  ///< empty: as a WebSocket server does
  std::string head;    ///< of the request
};

class Http2TunnelFlow : public ::testing::Test {
 protected:
  /// An extended CONNECT on stream 1.
  void ask(const std::string& path = "/chat", const FieldList& more = {}, const std::string& behind = "") {
    FieldList head = http2_request("CONNECT", path, {{":protocol", "websocket"}, {"sec-websocket-version", "13"}});
    head.insert(head.end(), more.begin(), more.end());
    send(head, behind);
  }
  void send(const FieldList& head, const std::string& behind = "") {
    client = proxy.client(http2_requests({}) + bytes_of({NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, {}}) +
                          bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, encoder.encode(head)}) + behind);
    settle();
  }
  void open() {
    ask();
    ASSERT_EQ(status, "200");
    upstream = proxy.upstreams().back();
  }
  void say(const std::string& frames) {
    client->to_proxy += frames;
    settle();
  }
  /// Notes what has come for the client on stream 1.
  void settle() {
    proxy.settle();
    while (const auto frame = take_frame(client->from_proxy)) note(*frame);
  }
  void advance(std::chrono::milliseconds time) {
    proxy.advance(time);
    settle();
  }
  void note(const Http2Frame& frame) {
    if (frame.type == NGHTTP2_SETTINGS) settings += frame.payload;
    if (frame.stream != 1) return;
    if (frame.type == NGHTTP2_HEADERS) {
      fields = decoder.decode(frame.payload);
      status = fields.front().second;
    }
    if (frame.type == NGHTTP2_DATA) received += frame.payload;
    if (frame.type == NGHTTP2_RST_STREAM) reset = read32(frame.payload);
    ended = ended || (frame.type != NGHTTP2_RST_STREAM && frame.has(NGHTTP2_FLAG_END_STREAM));
  }
  [[nodiscard]] std::string field(const std::string& name) const {
    for (const auto& [key, value] : fields)
      if (key == name) return value;
    return "(none)";
  }

  FaultPlan faults;
  WebSocketOrigin origin;
  MemoryProxy proxy{http2_tunnel_config, faults, std::ref(origin)};
  HpackEncoder encoder;
  HpackDecoder decoder;
  WirePtr client;
  WirePtr upstream;
  // What the client got.
  std::string settings;
  FieldList fields;
  std::string status;
  std::string received;
  std::optional<std::uint32_t> reset;
  bool ended = false;
};

}  // namespace headgate::testing
