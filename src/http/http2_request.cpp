#include "http/http2_request.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "http/field_names.hpp"
#include "http/http2_fields.hpp"
#include "http/websocket_handshake.hpp"

namespace headgate::http {
namespace {

constexpr unsigned has_method = 1;
constexpr unsigned has_scheme = 2;
constexpr unsigned has_path = 4;
constexpr unsigned has_authority = 8;
constexpr unsigned has_protocol = 16;

Error bad_pseudo(const char* detail) { return {Cause::client_bad_pseudo_field, detail}; }

/// Mistakes that the client can be told of: nobody could take the request for another one.
bool can_be_answered(Cause cause) {
  static constexpr std::array answered{Cause::client_bad_host, Cause::client_bad_target, Cause::client_target_too_long,
                                       Cause::client_head_too_large, Cause::client_bad_expectation};
  return std::find(answered.begin(), answered.end(), cause) != answered.end();
}

}  // namespace

void Http2RequestReader::begin(std::string& text, HeadLimits limits) {
  text_ = &text;
  text_->clear();
  limits_ = limits;
  for (std::string* kept : {&method_, &scheme_, &path_, &authority_, &protocol_, &host_, &cookie_, &content_type_})
    kept->clear();
  decoded_ = 0;
  seen_ = 0;
  has_host_ = fields_begun_ = false;
  error_ = Error::none();
  outcome_ = Outcome::complete;
}

void Http2RequestReader::fail(Error error, Outcome outcome) {
  error_ = error;
  outcome_ = outcome;
}

void Http2RequestReader::add(std::string_view name, std::string_view value) {
  decoded_ += section_size(name, value);
  if (error_.failed()) return;  // the first mistake is told
  if (decoded_ > limits_.head_bytes + limits_.header_count * field_overhead)
    return fail({Cause::client_head_too_large, "limits.head_bytes"}, Outcome::refused);
  if (!name.empty() && name.front() == ':') return add_pseudo(name, value);
  if (!fields_begun_) {
    if (!check_pseudo()) return;
    begin_fields();
  }
  add_field(name, value);
}

void Http2RequestReader::add_pseudo(std::string_view name, std::string_view value) {
  if (fields_begun_) return fail(bad_pseudo("behind a field"));
  std::string* kept = nullptr;
  unsigned bit = 0;
  if (name == ":method") kept = &method_, bit = has_method;
  if (name == ":scheme") kept = &scheme_, bit = has_scheme;
  if (name == ":path") kept = &path_, bit = has_path;
  if (name == ":authority") kept = &authority_, bit = has_authority;
  if (name == ":protocol") kept = &protocol_, bit = has_protocol;
  if (kept == nullptr) return fail(bad_pseudo("unknown"));
  if ((seen_ & bit) != 0) return fail(bad_pseudo("repeated"));
  if (const Error error = check_http2_value(value); error.failed()) return fail(error);
  seen_ |= bit;
  kept->assign(value);
}

bool Http2RequestReader::is_connect() const { return method_ == "CONNECT"; }
/// RFC 8441 s4: a request to a server, as others, that becomes a tunnel.
bool Http2RequestReader::is_extended_connect() const { return is_connect() && (seen_ & has_protocol) != 0; }

/// They are complete: RFC 9113 s8.3.1, s8.5, RFC 8441 s4.
bool Http2RequestReader::check_pseudo() {
  const bool connect = is_connect() && !is_extended_connect();
  const unsigned needed = connect ? has_method | has_authority : has_method | has_scheme | has_path;
  if ((seen_ & needed) != needed) {
    fail(bad_pseudo("missing"));
  } else if (!base::is_token(method_)) {
    fail(bad_pseudo(":method"));
  } else if (!is_connect() && (seen_ & has_protocol) != 0) {
    fail(bad_pseudo(":protocol without CONNECT"));
  } else if (connect && (seen_ & (has_scheme | has_path)) != 0) {
    fail(bad_pseudo("CONNECT with :scheme or :path"));
  } else if (!connect && (path_.empty() || (path_.front() != '/' && !(path_ == "*" && method_ == "OPTIONS")))) {
    fail(bad_pseudo(":path"));
  } else if (path_.find(' ') != std::string::npos || authority_.find(' ') != std::string::npos) {
    fail(bad_pseudo("white space"));
  } else if (!connect && scheme_ != "http" && scheme_ != "https") {
    fail(bad_pseudo(":scheme"), Outcome::refused);
  } else if (is_extended_connect() && !base::iequals(protocol_, "websocket")) {
    fail(Cause::upgrade_unsupported, Outcome::refused);
  }
  return !error_.failed();
}

void Http2RequestReader::begin_fields() {
  fields_begun_ = true;
  if (is_extended_connect()) {
    text_->append("GET ").append(path_).append(" HTTP/1.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\n");
    text_->append(websocket_key_field).append(": ").append(make_websocket_key()).append("\r\n");
    return;
  }
  text_->append(method_).append(" ").append(is_connect() ? authority_ : path_).append(" HTTP/1.1\r\n");
}

void Http2RequestReader::add_field(std::string_view name, std::string_view value) {
  const FieldId id = field_id(name);
  if (const Error error = check_http2_field(name, value, id); error.failed()) return fail(error);
  if (is_connect() && id == FieldId::content_length)  // what follows is no content (RFC 9110 s9.3.6)
    return fail({Cause::client_bad_content_length, "of a tunnel"});
  if (is_extended_connect() && name == websocket_key_field) return;  // it means nothing (RFC 8441 s5)
  if (id == FieldId::host) {
    if (has_host_) return fail({Cause::client_bad_host, "second Host"});
    has_host_ = true;
    host_.assign(value);
  } else if (id == FieldId::cookie) {  // crumbs of one field (RFC 9113 s8.2.3)
    if (!cookie_.empty()) cookie_ += "; ";
    cookie_ += value;
  } else {
    if (id == FieldId::content_type) content_type_.assign(value);
    text_->append(name).append(": ").append(value).append("\r\n");
  }
}

void Http2RequestReader::end_fields() {
  const bool has_name = (seen_ & has_authority) != 0;
  if (has_name && has_host_ && !base::iequals(host_, authority_))
    return fail({Cause::client_bad_host, "Host differs from :authority"});
  if (has_name || has_host_) text_->append("host: ").append(has_name ? authority_ : host_).append("\r\n");
  if (!cookie_.empty()) text_->append("cookie: ").append(cookie_).append("\r\n");
  text_->append("\r\n");
}

Http2RequestReader::Outcome Http2RequestReader::finish(bool end_stream, RequestHead& head) {
  head.clear();
  if (!error_.failed() && !fields_begun_ && check_pseudo()) begin_fields();
  if (!error_.failed()) end_fields();
  if (!error_.failed() && parse(end_stream, head) == Outcome::complete) return Outcome::complete;
  head.clear();
  head.major_version = 2;
  head.method = method_of(method_);
  head.method_token = method_;
  head.target = path_;
  head.authority = authority_;
  if (!content_type_.empty()) head.fields.push_back({"content-type", content_type_, FieldId::content_type});
  return outcome_;
}

Http2RequestReader::Outcome Http2RequestReader::parse(bool end_stream, RequestHead& head) {
  RequestParser parser{limits_};
  if (parser.parse(*text_, head) != ParseStatus::complete) {
    fail(parser.error(), can_be_answered(parser.error().cause) ? Outcome::refused : Outcome::malformed);
  } else if (end_stream && head.body.length != 0) {
    fail({Cause::client_bad_content_length, "and no body"});
  }
  head.major_version = 2;
  const bool brings_body = !end_stream && !is_connect();
  if (brings_body && head.body.kind == BodyKind::none) head.body.kind = BodyKind::chunked;  // it ends where it ends
  head.expect_continue = brings_body && find(head.fields, FieldId::expect) != nullptr;
  return outcome_;
}

}  // namespace headgate::http
