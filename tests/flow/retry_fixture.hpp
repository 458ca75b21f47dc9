// Upstreams that do what a test says, request by request.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "memory_proxy.hpp"

namespace headgate::testing {

inline constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
inline constexpr std::string_view hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
inline constexpr std::string_view unavailable = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";
inline constexpr std::string_view reset = "";

/// Three backends that all do what the test says: one step for each request that they get, in order.
class RetryFlow : public ::testing::Test {
 protected:
  /// `retry`: members of the upstream's "retry". No pauses, if it says nothing else.
  void serve(const std::string& retry, std::vector<std::string_view> steps) {
    std::string rules = retry.empty() ? R"("attempts": 2)" : retry;
    if (rules.find("backoff") == std::string::npos) rules += R"(, "backoff": { "base": "0ms" })";
    serve_upstream(R"("retry": { )" + rules + " }", std::move(steps));
  }
  /// `members`: of the upstream, beside its backends. `route`: of the route.
  void serve_upstream(const std::string& members, std::vector<std::string_view> steps, const std::string& route = "") {
    steps_ = std::move(steps);
    proxy_.emplace(R"({ "listeners": [{ "address": "127.0.0.1:80" }], "routes": [{ "upstream": "web")" + route +
                       R"( }], "upstreams": { "web": {
        "backends": ["http://10.0.0.1", "http://10.0.0.2", "http://10.0.0.3"], )" +
                       members + " } } }",
                   faults_, [this](Wire& wire) { answer(wire); });
  }
  WirePtr ask(std::string_view request) {
    auto client = proxy_->client(std::string{request});
    proxy_->settle();
    return client;
  }
  [[nodiscard]] std::uint32_t failures(int backend) {
    return proxy_->endpoint("web 10.0.0." + std::to_string(backend) + ":80").failures_in_a_row;
  }
  [[nodiscard]] std::uint32_t all_failures() { return failures(1) + failures(2) + failures(3); }

  /// What each attempt's backend got, in order.
  std::vector<std::string> received_;

 private:
  /// A request is whole at the end of its body, as far as these tests have one: "abcdef".
  void answer(Wire& wire) {
    const std::string& got = wire.from_proxy;
    const auto head = got.find("\r\n\r\n");
    if (head == std::string::npos || received_.size() == steps_.size()) return;
    if (got.find("Length: 6") < head && got.size() < head + 10) return;
    if (got.find("chunked") < head && !got.ends_with("0\r\n\r\n")) return;
    const std::string_view step = steps_[received_.size()];
    received_.push_back(std::exchange(wire.from_proxy, {}));
    wire.to_proxy += step;
    wire.peer_closed = step == reset;
  }

  FaultPlan faults_;
  std::vector<std::string_view> steps_;

 protected:
  std::optional<MemoryProxy> proxy_;
};

}  // namespace headgate::testing
