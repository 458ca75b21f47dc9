#include <algorithm>

#include "base/ascii.hpp"
#include "base/authority.hpp"
#include "http/field_names.hpp"
#include "http/head_parser.hpp"
#include "http/scan.hpp"

namespace headgate::http {
namespace {

/// RFC 9112 s2.2 wants at least one empty line before a request ignored: some clients send one after a POST.
constexpr std::uint8_t max_empty_lines = 8;
/// Three times the longest registered method.
constexpr std::size_t max_method_bytes = 64;

constexpr std::string_view version_pattern = "HTTP/1.1\r\n";

Error bad_request_line(char byte, const char* detail) {
  return byte == '\n' ? Error{Cause::client_bad_line_ending, "bare LF"} : Error{Cause::client_bad_request_line, detail};
}

/// RFC 9112 s2.3, RFC 9110 s2.5: an unknown major version gets 505; a higher minor version is handled as 1.1; anything
/// that is not DIGIT.DIGIT (HTTP/1.10, http/1.1) is a malformed line.
Error check_version_byte(std::size_t index, char byte) {
  constexpr std::size_t major = 5;
  constexpr std::size_t minor = 7;
  constexpr std::size_t carriage_return = 8;
  if (byte == version_pattern[index]) return Error{Cause::none};
  if (index == major && byte == '2')
    return Error{Cause::client_bad_version, "HTTP/2 begins with its preface, where the listener's protocols have h2"};
  if (index == major && base::is_digit(byte)) return Error{Cause::client_bad_version};
  if (index == minor && base::is_digit(byte)) return Error{Cause::none};
  if (index > carriage_return) return Error{Cause::client_bad_line_ending, "bare CR"};
  return bad_request_line(byte, "HTTP version");
}

bool has_token(const Fields& fields, FieldId id, std::string_view token) {
  for (const Field& field : fields) {
    if (field.id != id) continue;
    for (std::string_view list = field.value; !list.empty();)
      if (base::iequals(base::next_list_element(list), token)) return true;
  }
  return false;
}

/// Every element of every Expect field.
bool expects_only_continue(const Fields& fields) {
  for (const Field& field : fields) {
    if (field.id != FieldId::expect) continue;
    for (std::string_view list = field.value; !list.empty();) {
      const std::string_view element = base::next_list_element(list);
      if (!element.empty() && !base::iequals(element, "100-continue")) return false;
    }
  }
  return true;
}

Error check_host(RequestHead& head) {
  const Field* host = find(head.fields, FieldId::host);
  if (host == nullptr) {
    if (head.minor_version == 0) return Error{Cause::none};
    return {Cause::client_bad_host, "no Host"};
  }
  if (!base::is_valid_authority(host->value)) return {Cause::client_bad_host, "not a host with an optional port"};
  // RFC 9112 s3.2.2: the authority of the target wins.
  if (head.form != TargetForm::absolute && head.form != TargetForm::authority) head.authority = host->value;
  return Error{Cause::none};
}

Error decide_framing(RequestHead& head, const FieldSection& fields) {
  if (fields.has(FieldId::transfer_encoding)) {
    if (fields.has(FieldId::content_length)) return {Cause::client_bad_transfer_encoding, "with Content-Length"};
    if (head.minor_version == 0) return {Cause::client_bad_transfer_encoding, "in HTTP/1.0"};
    head.body = {BodyKind::chunked, 0};
  } else if (fields.has(FieldId::content_length)) {
    head.body = {BodyKind::length, fields.content_length()};
  }
  return Error{Cause::none};
}

}  // namespace

void RequestParser::reset() {
  at_ = 0;
  stage_ = Stage::fresh;
  empty_lines_ = 0;
}

ParseStatus RequestParser::parse(std::string_view bytes, RequestHead& head) {
  if (stage_ == Stage::complete) return ParseStatus::complete;
  if (stage_ == Stage::failed) return ParseStatus::failed;
  const std::string_view window = bytes.substr(0, limits_.head_bytes);
  const ParseStatus status = run(window, head);
  if (status == ParseStatus::need_more && window.size() == limits_.head_bytes)
    return fail({Cause::client_head_too_large, "limits.head_bytes"});
  return status;
}

ParseStatus RequestParser::run(std::string_view bytes, RequestHead& head) {
  ParseStatus status = ParseStatus::complete;
  switch (stage_) {
    case Stage::fresh:
      head.clear();
      scan_.reset();
      stage_ = Stage::empty_lines;
      [[fallthrough]];
    case Stage::empty_lines:
      if (status = skip_empty_lines(bytes); status != ParseStatus::complete) return status;
      [[fallthrough]];
    case Stage::method:
      if (status = parse_method(bytes, head); status != ParseStatus::complete) return status;
      [[fallthrough]];
    case Stage::target:
      if (status = parse_target(bytes, head); status != ParseStatus::complete) return status;
      [[fallthrough]];
    case Stage::version:
      if (status = parse_version(bytes, head); status != ParseStatus::complete) return status;
      [[fallthrough]];
    case Stage::fields:
      status = fields_.parse(bytes, at_, limits_.header_count, head.fields);
      if (status == ParseStatus::failed) return fail(fields_.error());
      return status == ParseStatus::complete ? finish(head) : status;
    case Stage::complete:
    case Stage::failed:
      break;
  }
  return status;
}

ParseStatus RequestParser::skip_empty_lines(std::string_view bytes) {
  for (;; at_ += 2) {
    if (at_ == bytes.size()) return ParseStatus::need_more;
    if (bytes[at_] != '\r') break;
    if (at_ + 1 == bytes.size()) return ParseStatus::need_more;
    if (bytes[at_ + 1] != '\n') return fail({Cause::client_bad_line_ending, "bare CR"});
    if (++empty_lines_ > max_empty_lines) return fail({Cause::client_bad_request_line, "too many empty lines"});
  }
  token_ = at_;
  stage_ = Stage::method;
  return ParseStatus::complete;
}

ParseStatus RequestParser::parse_method(std::string_view bytes, RequestHead& head) {
  constexpr char tls_handshake = 0x16;
  at_ = find_token_end(bytes.data(), at_, std::min(bytes.size(), token_ + max_method_bytes + 1));
  if (at_ > token_ + max_method_bytes) return fail({Cause::client_bad_request_line, "over-long method"});
  if (at_ == bytes.size()) return ParseStatus::need_more;
  if (bytes[at_] != ' ' || at_ == token_)
    return fail(bad_request_line(bytes[at_], bytes[at_] == tls_handshake ? "TLS on a cleartext port?" : "method"));
  head.method_token = bytes.substr(token_, at_ - token_);
  head.method = method_of(head.method_token);
  token_ = ++at_;
  stage_ = Stage::target;
  return ParseStatus::complete;
}

ParseStatus RequestParser::parse_target(std::string_view bytes, RequestHead& head) {
  const std::size_t past_limit = token_ + limits_.target_bytes + 1;
  const std::size_t end = std::min(bytes.size(), past_limit);
  switch (scan_.scan(bytes.data(), at_, end)) {
    case TargetScan::Status::need_more:
      if (end == past_limit) return fail({Cause::client_target_too_long, "limits.target_bytes"});
      return ParseStatus::need_more;
    case TargetScan::Status::bad:
      if (bytes[at_] == '\n' || bytes[at_] == '\r') return fail(bad_request_line(bytes[at_], "no HTTP version"));
      return fail({Cause::client_bad_target, "a byte or percent-encoding that a target may not hold"});
    case TargetScan::Status::ended_by_space:
      break;
  }
  head.target = bytes.substr(token_, at_ - token_);
  const std::size_t query_at = scan_.query_at() == 0 ? std::string_view::npos : scan_.query_at() - token_;
  if (const auto split = split_target(head, query_at); !split) return fail(split.error());
  token_ = ++at_;
  stage_ = Stage::version;
  return ParseStatus::complete;
}

ParseStatus RequestParser::parse_version(std::string_view bytes, RequestHead& head) {
  if (at_ == token_ && bytes.substr(at_).starts_with(version_pattern)) at_ += version_pattern.size();  // nearly always
  for (; at_ < token_ + version_pattern.size(); ++at_) {
    if (at_ == bytes.size()) return ParseStatus::need_more;
    const Error error = check_version_byte(at_ - token_, bytes[at_]);
    if (error.cause != Cause::none) return fail(error);
  }
  if (head.form == TargetForm::asterisk && head.method != Method::options)
    return fail({Cause::client_bad_target, "\"*\" is for OPTIONS only"});
  head.minor_version = bytes[token_ + 7] == '0' ? 0 : 1;
  fields_.reset(at_);
  stage_ = Stage::fields;
  return ParseStatus::complete;
}

ParseStatus RequestParser::finish(RequestHead& head) {
  if (const Error error = check_host(head); error.cause != Cause::none) return fail(error);
  if (const Error error = decide_framing(head, fields_); error.cause != Cause::none) return fail(error);
  head.keep_alive = head.minor_version == 1;
  if (fields_.has(FieldId::connection)) {
    const auto options = fields_.apply_connection(head.fields);
    if (!options) return fail(options.error());
    head.keep_alive = !options->close && (head.keep_alive || options->keep_alive);
    head.wants_upgrade = options->upgrade && head.minor_version == 1 && fields_.has(FieldId::upgrade);
  }
  if (fields_.has(FieldId::te)) head.te_trailers = has_token(head.fields, FieldId::te, "trailers");
  if (fields_.has(FieldId::expect)) {
    if (!expects_only_continue(head.fields)) return fail({Cause::client_bad_expectation});
    // RFC 9110 s10.1.1: meaningless without content, and to be ignored in HTTP/1.0.
    head.expect_continue = head.minor_version == 1 && (head.body.kind == BodyKind::chunked || head.body.length > 0);
  }
  stage_ = Stage::complete;
  return ParseStatus::complete;
}

ParseStatus RequestParser::fail(Error error) {
  error_ = error;
  stage_ = Stage::failed;
  return ParseStatus::failed;
}

}  // namespace headgate::http
