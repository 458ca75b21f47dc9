#pragma once

#include <string>
#include <string_view>

#include "support/stream.hpp"

namespace headgate::testing {

/// A client that sends exactly the bytes that a test gives it.
class RawClient : public Stream {
 public:
  explicit RawClient(const std::string& address, const ConnectOptions& options = {})
      : Stream{connect_to(address, options)} {}

  /// Sends a whole request and reads one response.
  Response ask(std::string_view request) {
    send(request);
    return read_response(request.starts_with("HEAD "));
  }
  /// `fields` are lines that end in CR LF.
  Response get(std::string_view target, std::string_view fields = "") { return ask(get_request(target, fields)); }
  Response post(std::string_view target, std::string_view body, std::string_view fields = "") {
    return ask(post_request(target, body, fields));
  }

  static std::string get_request(std::string_view target, std::string_view fields = "") {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test.example\r\n" + std::string(fields) + "\r\n";
  }
  static std::string post_request(std::string_view target, std::string_view body, std::string_view fields = "") {
    return "POST " + std::string(target) +
           " HTTP/1.1\r\nHost: test.example\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(fields) + "\r\n" + std::string(body);
  }
};

}  // namespace headgate::testing
