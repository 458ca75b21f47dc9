// Responses that the proxy makes itself: error pages, redirects, fixed answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/grpc_status.hpp"
#include "headgate/error.hpp"
#include "headgate/heads.hpp"
#include "http/error_templates.hpp"
#include "http/header_rules.hpp"

namespace headgate::http {

/// The registered reason phrase, or "Unknown".
std::string_view reason_phrase(std::uint16_t status);

struct ErrorPage {
  std::uint16_t status = 500;
  std::string_view accept = {};      ///< the request's Accept; decides between plain text, HTML and JSON
  std::string_view request_id = {};  ///< shown and sent as X-Request-Id; empty: left out
  bool close = true;
  bool head_request = false;  ///< the head only, with the length that the body would have
  std::string_view date = {};
  std::string_view extra_fields = {};  ///< "Name: value\r\n" lines, such as Allow or Retry-After
  std::uint8_t client_minor = 1;
  std::string_view hsts = {};                 ///< value of Strict-Transport-Security; empty: none
  const ErrorTemplates* templates = nullptr;  ///< in place of our own words
  std::optional<base::GrpcStatus> grpc = {};  ///< the request is a call: no page, but a response of that status only
};

/// For a request that ends with that error.
[[nodiscard]] ErrorPage page_of(const Error& error, const RequestHead& request);

/// Appends a complete response. Words by status only: no cause, no inner name, nothing of the request but its id.
/// Plain text when Accept is absent or takes anything; HTML or JSON when it prefers them. Of a gRPC call, a head alone,
/// with 200 and the words in grpc-message. Returns the bytes of the body that it appended.
std::size_t append_error_response(std::string& out, const ErrorPage& page);

/// The trailers of a gRPC call that fails behind the head of its response: its status, and the words of a page.
void append_grpc_trailers(std::string& out, base::GrpcStatus grpc, std::uint16_t status, std::string_view request_id);

struct SimpleResponse {
  std::uint16_t status = 200;
  std::string_view content_type = {};  ///< empty: left out
  std::string_view body = {};
  std::string_view location = {};    ///< empty: left out
  std::string_view request_id = {};  ///< empty: left out
  bool keep_alive = true;
  bool head_request = false;
  std::string_view date = {};
  std::uint8_t client_minor = 1;
  std::string_view hsts = {};  ///< value of Strict-Transport-Security; empty: none
  const HeaderRules* rules = nullptr;
};

/// Appends a complete response. 204 and 304 carry neither body nor length.
void append_simple_response(std::string& out, const SimpleResponse& response);

}  // namespace headgate::http
