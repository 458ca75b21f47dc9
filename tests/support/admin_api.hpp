// What tests ask of the admin listener of a proxy.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"
#include "support/waiting.hpp"

namespace headgate::testing {

using nlohmann::json;

class AdminApi {
 public:
  explicit AdminApi(const ProxyUnderTest& proxy, std::string token = "")
      : address_{proxy.address("admin")}, token_{std::move(token)} {}

  Response ask(std::string_view method, const std::string& path, const std::string& body = "") const {
    std::string request = std::string{method} + " " + path + " HTTP/1.1\r\nHost: " + address_ +
                          "\r\nConnection: close\r\nX-Headgate-Operator: anna\r\n";
    if (!token_.empty()) request += "Authorization: Bearer " + token_ + "\r\n";
    if (method == "POST") request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return RawClient{address_}.ask(request + "\r\n" + body);
  }
  /// Throws when it is refused.
  [[nodiscard]] std::string text(const std::string& path) const {
    const Response response = ask("GET", path);
    if (response.status != 200) throw std::runtime_error(path + ": " + std::to_string(response.status));
    return response.body;
  }
  [[nodiscard]] json get(const std::string& path) const { return json::parse(text(path)); }

  /// Of the upstream "origin", as route_all_to() makes it.
  [[nodiscard]] json backend(const std::string& address) const {
    const json upstream = get("/api/v1/upstreams/origin");
    for (const json& backend : upstream.at("backends"))
      if (backend.at("address") == address) return backend;
    throw std::runtime_error("no backend " + address);
  }
  [[nodiscard]] std::string state_of(const std::string& address) const { return backend(address).at("state"); }
  /// "drain", "enable" or "eject".
  Response change(const std::string& address, const std::string& what, const std::string& body = "") const {
    return ask("POST", "/api/v1/upstreams/origin/backends/" + address + "/" + what, body);
  }
  /// The value of a series as it is written in /metrics: name and labels; 0 when there is none.
  [[nodiscard]] double metric(const std::string& series) const {
    const std::string all = text("/metrics");
    const std::size_t at = all.find("\n" + series + " ");
    return at == std::string::npos ? 0 : std::stod(all.substr(at + series.size() + 2));
  }

  /// Waits for that value: a response may be there a moment before it is counted.
  [[nodiscard]] ::testing::AssertionResult counts(const std::string& series, double value) const {
    if (wait_until([&] { return metric(series) == value; })) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << series << " is " << metric(series) << ", not " << value;
  }

 private:
  std::string address_;
  std::string token_;
};

/// A configuration with an admin listener on a free port.
inline Config with_admin(const Config& config) { return config.with("/admin/address", "127.0.0.1:0"); }

}  // namespace headgate::testing
