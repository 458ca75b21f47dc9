#include "http/http2_fields.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "http/field_names.hpp"
#include "http/scan.hpp"

namespace headgate::http {
namespace {

/// RFC 9113 s8.2.2. TE is for itself: it may say "trailers".
constexpr FieldSet connection_fields{FieldId::connection, FieldId::keep_alive, FieldId::proxy_connection,
                                     FieldId::transfer_encoding, FieldId::upgrade};

bool is_lower_token(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return base::is_token_char(c) && (c < 'A' || c > 'Z'); });
}

std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

}  // namespace

Error check_http2_value(std::string_view value, Origin side) {
  const Cause cause = side == Origin::client ? Cause::client_bad_field : Cause::upstream_bad_field;
  if (find_value_end(value.data(), 0, value.size()) != value.size())
    return {cause, "control character in a field value"};
  if (!value.empty() && (base::is_ows(value.front()) || base::is_ows(value.back())))
    return {cause, "white space around a field value"};
  return Error::none();
}

Error check_http2_field(std::string_view name, std::string_view value, FieldId id, Origin side) {
  const Cause cause = side == Origin::client ? Cause::client_bad_field : Cause::upstream_bad_field;
  if (!is_lower_token(name)) return {cause, "field name"};
  if (connection_fields.has(id)) return {cause, "a field that manages a connection"};
  if (id == FieldId::te && !base::iequals(value, "trailers")) return {cause, "TE"};
  return check_http2_value(value, side);
}

void Http2Fields::add(std::string_view name, std::string_view value) {
  fields_.push_back({bytes_of(name), bytes_of(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
}

std::size_t Http2Fields::take_response_head(std::string_view text) {
  constexpr std::size_t status_at = std::string_view{"HTTP/1.1 "}.size();
  clear();
  add(":status", text.substr(status_at, 3));
  const std::size_t first = text.find("\r\n") + 2;
  return first + take_lines(text.substr(first)) + 2;
}

void Http2Fields::take_request_head(std::string_view text, std::string_view scheme) {
  constexpr std::string_view version = " HTTP/1.1\r\nHost: ";
  clear();
  const std::size_t method_end = text.find(' ');
  const std::size_t target_end = text.find(' ', method_end + 1);
  const std::size_t host_at = target_end + version.size();
  const std::size_t host_end = text.find("\r\n", host_at);
  add(":method", text.substr(0, method_end));
  add(":scheme", scheme);
  add(":authority", text.substr(host_at, host_end - host_at));
  add(":path", text.substr(method_end + 1, target_end - method_end - 1));
  take_lines(text.substr(host_end + 2));
}

std::size_t Http2Fields::take_lines(std::string_view lines) {
  std::size_t at = 0;
  while (at < lines.size() && lines[at] != '\r') {
    const std::size_t colon = lines.find(':', at);
    const std::size_t end = lines.find("\r\n", colon);
    add(lines.substr(at, colon - at), lines.substr(colon + 2, end - colon - 2));
    at = end + 2;
  }
  return at;
}

}  // namespace headgate::http
