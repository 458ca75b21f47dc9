#include "base/ascii.hpp"
#include "http/field_names.hpp"
#include "http/head_parser.hpp"
#include "http/scan.hpp"

namespace headgate::http {
namespace {

constexpr std::string_view version_prefix = "HTTP/1.";
constexpr std::size_t minor_at = 7;
constexpr std::size_t status_at = 9;
constexpr std::size_t status_end = 12;

bool is_status_line_byte(std::size_t index, char byte) {
  if (index < minor_at) return byte == version_prefix[index];
  if (index == minor_at) return byte == '0' || byte == '1';
  if (index < status_at) return byte == ' ';
  if (index == status_at) return byte >= '1' && byte <= '5';
  return base::is_digit(byte);
}

/// RFC 9112 s6.3, rule 1: such a message ends with its head, whatever its fields say.
bool never_has_body(std::uint16_t status, Method request_method) {
  return request_method == Method::head || status < 200 || status == 204 || status == 304;
}

}  // namespace

void ResponseParser::reset() {
  at_ = 0;
  stage_ = Stage::fresh;
}

ParseStatus ResponseParser::parse(std::string_view bytes, ResponseHead& head, Method request_method,
                                  bool asked_upgrade) {
  if (stage_ == Stage::complete) return ParseStatus::complete;
  if (stage_ == Stage::failed) return ParseStatus::failed;
  const std::string_view window = bytes.substr(0, limits_.head_bytes);
  const ParseStatus status = run(window, head, request_method, asked_upgrade);
  if (status == ParseStatus::need_more && window.size() == limits_.head_bytes)
    return fail({Cause::upstream_head_too_large, "limits.head_bytes"});
  return status;
}

ParseStatus ResponseParser::run(std::string_view bytes, ResponseHead& head, Method request_method, bool asked_upgrade) {
  ParseStatus status = ParseStatus::complete;
  switch (stage_) {
    case Stage::fresh:
      if (bytes.empty()) return ParseStatus::need_more;
      head.clear();
      stage_ = Stage::status;
      [[fallthrough]];
    case Stage::status:
      if (status = parse_status(bytes, head); status != ParseStatus::complete) return status;
      [[fallthrough]];
    case Stage::reason:
      if (status = parse_reason(bytes, head); status != ParseStatus::complete) return status;
      [[fallthrough]];
    case Stage::fields:
      status = fields_.parse(bytes, at_, limits_.header_count, head.fields);
      if (status == ParseStatus::failed) return fail(fields_.error());
      return status == ParseStatus::complete ? finish(head, request_method, asked_upgrade) : status;
    case Stage::complete:
    case Stage::failed:
      break;
  }
  return status;
}

ParseStatus ResponseParser::parse_status(std::string_view bytes, ResponseHead& head) {
  if (at_ == 0 && bytes.starts_with("HTTP/1.1 ")) at_ = status_at;  // nearly always
  for (; at_ < status_end; ++at_) {
    if (at_ == bytes.size()) return ParseStatus::need_more;
    if (!is_status_line_byte(at_, bytes[at_]))
      return fail({Cause::upstream_bad_status_line,
                   bytes[0] == '\0' ? "no text: perhaps it speaks HTTP/2 (protocol)" : "version or status"});
  }
  head.minor_version = bytes[minor_at] == '0' ? 0 : 1;
  for (std::size_t i = status_at; i < status_end; ++i)
    head.status = static_cast<std::uint16_t>(head.status * 10 + (bytes[i] - '0'));
  stage_ = Stage::reason;
  return ParseStatus::complete;
}

/// The space after the status is required by RFC 9112 s4, but left out by so many servers that a line that ends right
/// after the status passes.
ParseStatus ResponseParser::parse_reason(std::string_view bytes, ResponseHead& head) {
  if (at_ == bytes.size()) return ParseStatus::need_more;
  if (at_ == status_end && bytes[at_] != '\r' && bytes[at_] != ' ')
    return fail(
        {bytes[at_] == '\n' ? Cause::upstream_bad_line_ending : Cause::upstream_bad_status_line, "after the status"});
  if (bytes[at_ - 1] != '\r') at_ = find_value_end(bytes.data(), at_, bytes.size());
  if (at_ == bytes.size()) return ParseStatus::need_more;
  if (bytes[at_ - 1] != '\r') {
    if (bytes[at_] == '\n') return fail({Cause::upstream_bad_line_ending, "bare LF"});
    if (bytes[at_] != '\r') return fail({Cause::upstream_bad_status_line, "control character in the reason phrase"});
    if (++at_ == bytes.size()) return ParseStatus::need_more;
  }
  if (bytes[at_] != '\n') return fail({Cause::upstream_bad_line_ending, "bare CR"});
  head.reason = base::trim_ows(bytes.substr(status_end, at_ - 1 - status_end));
  fields_.reset(++at_);
  stage_ = Stage::fields;
  return ParseStatus::complete;
}

ParseStatus ResponseParser::finish(ResponseHead& head, Method request_method, bool asked_upgrade) {
  if (head.status == 101 && !asked_upgrade) return fail({Cause::upstream_bad_upgrade});
  const bool chunked = fields_.has(FieldId::transfer_encoding);
  const bool has_length = fields_.has(FieldId::content_length);
  if (chunked && has_length) return fail({Cause::upstream_bad_transfer_encoding, "with Content-Length"});
  if (chunked && head.minor_version == 0) return fail({Cause::upstream_bad_transfer_encoding, "in HTTP/1.0"});
  head.keep_alive = head.minor_version == 1;
  if (fields_.has(FieldId::connection)) {
    const auto options = fields_.apply_connection(head.fields);
    if (!options) return fail(options.error());
    head.keep_alive = !options->close && (head.keep_alive || options->keep_alive);
  }
  if (never_has_body(head.status, request_method)) {
    head.body = {};
    // RFC 9110 s8.6 and RFC 9112 s6.1 forbid framing fields here; who sends them may well send the body too, and the
    // next response on that connection would begin with it.
    const bool claims_body = chunked || fields_.content_length() > 0;
    if (head.status == 204 && claims_body) head.keep_alive = false;
  } else if (chunked) {
    head.body = {BodyKind::chunked, 0};
  } else if (has_length) {
    head.body = {BodyKind::length, fields_.content_length()};
  } else {
    head.body = {BodyKind::until_close, 0};
    head.keep_alive = false;
  }
  stage_ = Stage::complete;
  return ParseStatus::complete;
}

ParseStatus ResponseParser::fail(Error error) {
  error_ = error;
  stage_ = Stage::failed;
  return ParseStatus::failed;
}

}  // namespace headgate::http
