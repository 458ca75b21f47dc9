#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace headgate::admin {

struct Request {
  std::string method;
  std::string target;
  std::string host;           ///< of the field, as received
  std::string authorization;  ///< likewise
  std::string operator_name;  ///< X-Headgate-Operator
  std::string peer;           ///< the client's IP address; empty: it came over a Unix socket
  std::string body;
};

struct Response {
  std::uint16_t status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> fields;
};

/// {"status": 404, "error": "no such upstream"}
Response error_response(std::uint16_t status, const std::string& message);

}  // namespace headgate::admin
