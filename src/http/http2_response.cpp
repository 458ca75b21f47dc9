#include "http/http2_response.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "http/field_names.hpp"
#include "http/http2_fields.hpp"

namespace headgate::http {

void Http2ResponseReader::begin(const HeadLimits& limits) {
  text_.clear();
  limits_ = limits;
  has_status_ = interim_ = false;
  error_ = Error::none();
}

void Http2ResponseReader::add(std::string_view name, std::string_view value) {
  if (error_.failed()) return;    // the first mistake is told
  value = base::trim_ows(value);  // as in HTTP/1.1: Node sends it, and it cannot be read in two ways
  if (!name.empty() && name.front() == ':') {
    const bool expected = name == ":status" && !has_status_;
    if (expected) return add_status(value);
    error_ = {Cause::upstream_bad_status_line, has_status_ ? "a pseudo field too many" : "unknown pseudo field"};
  } else if (!has_status_) {
    error_ = {Cause::upstream_bad_status_line, "no :status in front of the fields"};
  } else if (error_ = check_http2_field(name, value, field_id(name), Origin::upstream); error_.failed()) {
    return;
  } else if (text_.size() + name.size() + value.size() + 6 > limits_.head_bytes) {
    error_ = {Cause::upstream_head_too_large, "limits.head_bytes"};
  } else {
    text_.append(name).append(": ").append(value).append("\r\n");
  }
}

void Http2ResponseReader::add_status(std::string_view value) {
  if (value.size() != 3 || !std::all_of(value.begin(), value.end(), base::is_digit)) {
    error_ = {Cause::upstream_bad_status_line, ":status"};
    return;
  }
  has_status_ = true;
  interim_ = value.front() == '1';
  text_.append("HTTP/1.1 ").append(value).append(" \r\n");
}

Error Http2ResponseReader::finish(std::string& text) {
  if (!error_.failed() && !has_status_) error_ = {Cause::upstream_bad_status_line, "no :status"};
  if (!error_.failed()) text.append(text_).append("\r\n");
  return error_;
}

Error parse_http2_head(std::string_view text, const HeadLimits& limits, Method request_method, ResponseHead& head,
                       std::size_t& consumed) {
  ResponseParser parser{limits};
  if (parser.parse(text, head, request_method) != ParseStatus::complete) return parser.error();
  consumed = parser.consumed();
  if (head.body.kind == BodyKind::until_close) head.body.kind = BodyKind::chunked;
  return Error::none();
}

}  // namespace headgate::http
