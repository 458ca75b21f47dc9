// What asks for a tunnel, and an upstream that opens one.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "memory_proxy.hpp"

namespace headgate::testing {

inline constexpr std::string_view tunnel_config = R"({
  "listeners": [ { "address": "127.0.0.1:80" } ],
  "routes": [
    { "match": { "path_prefix": "/" }, "upstream": "web" },
    { "match": { "path_prefix": "/closed" }, "upstream": "web", "upgrade": [] },
    { "match": { "path_prefix": "/attach" }, "upstream": "web", "upgrade": ["tcp"] },
    { "match": { "hosts": ["db.example"] }, "upstream": "web", "connect": true } ],
  "upstreams": { "web": { "backends": ["http://10.0.0.1:80"], "timeouts": { "tunnel_idle": "10s" } } } })";

inline const std::string switched =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n";

inline std::string asking(const std::string& path = "/", const std::string& protocol = "websocket") {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: " + protocol +
         "\r\nSec-WebSocket-Key: k\r\n\r\n";
}

/// Answers the first head, and says no more by itself.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) : answer_{std::move(answer)} {}
  void operator()(Wire& wire) {
    const std::size_t end = wire.from_proxy.find("\r\n\r\n");
    if (end == std::string::npos || answer_.empty()) return;
    head = wire.from_proxy.substr(0, end + 4);
    wire.from_proxy.erase(0, end + 4);
    wire.to_proxy += std::exchange(answer_, {});
  }
  std::string head;

 private:
  std::string answer_;
};

}  // namespace headgate::testing
