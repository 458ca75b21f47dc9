#include "http/field_section.hpp"

#include "base/ascii.hpp"
#include "http/content_length.hpp"
#include "http/field_names.hpp"
#include "http/scan.hpp"

namespace headgate::http {
namespace {

/// More than any sender has use for; each is compared with every field.
constexpr int max_connection_options = 64;

constexpr FieldSet checked_fields{FieldId::host, FieldId::content_length, FieldId::transfer_encoding};

}  // namespace

void FieldSection::reset(std::size_t begin) {
  stage_ = Stage::line_start;
  seen_ = 0;
  content_length_ = 0;
  name_begin_ = begin;
  error_ = Error{Cause::none};
}

ParseStatus FieldSection::parse(std::string_view bytes, std::size_t& at, std::uint32_t max_count, Fields& fields) {
  const char* const b = bytes.data();
  const std::size_t end = bytes.size();
  for (;;) {
    if (at == end) return ParseStatus::need_more;
    switch (stage_) {
      case Stage::line_start:
        if (b[at] == '\r') {
          ++at;
          stage_ = Stage::last_line_feed;
          continue;
        }
        if (!begin_line(b[at], at, fields.size() < max_count)) return ParseStatus::failed;
        [[fallthrough]];
      case Stage::name:
        at = find_token_end(b, at, end);
        if (at == end) return ParseStatus::need_more;
        if (b[at] != ':' || at == name_begin_) return fail_in_line(b[at], "field name");
        name_end_ = at++;
        stage_ = Stage::before_value;
        [[fallthrough]];
      case Stage::before_value:
        while (at < end && base::is_ows(b[at])) ++at;
        value_begin_ = at;
        if (at == end) return ParseStatus::need_more;
        stage_ = Stage::value;
        [[fallthrough]];
      case Stage::value:
        at = find_value_end(b, at, end);
        if (at == end) return ParseStatus::need_more;
        if (b[at] != '\r') return fail_in_line(b[at], "control character in a field value");
        value_end_ = at++;
        stage_ = Stage::line_feed;
        continue;
      case Stage::line_feed:
      case Stage::last_line_feed:
        if (b[at] != '\n') return fail_in_line('\r', "bare CR");
        ++at;
        if (stage_ == Stage::last_line_feed) return ParseStatus::complete;
        if (!take(b, fields)) return ParseStatus::failed;
        stage_ = Stage::line_start;
        continue;
    }
  }
}

bool FieldSection::begin_line(char first, std::size_t at, bool room) {
  if (base::is_ows(first)) {
    fail(Cause::client_bad_field, Cause::upstream_bad_field, "folded line, or white space before the first field");
    return false;
  }
  if (!room) {
    fail(Cause::client_head_too_large, Cause::upstream_head_too_large, "too many fields");
    return false;
  }
  name_begin_ = at;
  stage_ = Stage::name;
  return true;
}

bool FieldSection::take(const char* bytes, Fields& fields) {
  std::size_t value_end = value_end_;
  while (value_end > value_begin_ && base::is_ows(bytes[value_end - 1])) --value_end;
  const std::string_view name{bytes + name_begin_, name_end_ - name_begin_};
  const FieldId id = field_id(name);
  const Field& field =
      fields.emplace_back(Field{name, {bytes + value_begin_, value_end - value_begin_}, id, hop_by_hop_fields.has(id)});
  if (checked_fields.has(id) && !check_framing(field)) return false;
  seen_ |= bit(id);
  return true;
}

bool FieldSection::check_framing(const Field& field) {
  const bool repeated = has(field.id);
  if (field.id == FieldId::host) {
    if (!repeated || side_ == Origin::upstream) return true;
    fail(Cause::client_bad_host, Cause::none, "second Host");
  } else if (field.id == FieldId::content_length) {
    const auto length = parse_content_length(field.value);
    if (length) content_length_ = *length;
    if (length && !repeated) return true;
    fail(Cause::client_bad_content_length, Cause::upstream_bad_content_length,
         repeated ? "second Content-Length" : "not one number");
  } else {
    if (!repeated && base::iequals(field.value, "chunked")) return true;
    fail(Cause::client_bad_transfer_encoding, Cause::upstream_bad_transfer_encoding,
         repeated ? "second Transfer-Encoding" : "not exactly \"chunked\"");
  }
  return false;
}

Result<ConnectionOptions> FieldSection::apply_connection(Fields& fields) const {
  ConnectionOptions options;
  int count = 0;
  for (const Field& connection : fields) {
    if (connection.id != FieldId::connection) continue;
    for (std::string_view list = connection.value; !list.empty();) {
      const std::string_view option = base::next_list_element(list);
      if (++count > max_connection_options)
        return Error{side_ == Origin::client ? Cause::client_bad_field : Cause::upstream_bad_field,
                     "too many Connection options"};
      if (base::iequals(option, "close")) {
        options.close = true;
      } else if (base::iequals(option, "keep-alive")) {
        options.keep_alive = true;
      } else if (base::iequals(option, "upgrade")) {
        options.upgrade = true;
      } else {
        for (Field& field : fields)
          if (!unstrippable_fields.has(field.id) && base::iequals(field.name, option)) field.hop_by_hop = true;
      }
    }
  }
  return options;
}

ParseStatus FieldSection::fail(Cause client, Cause upstream, const char* detail) {
  error_ = Error{side_ == Origin::client ? client : upstream, detail};
  return ParseStatus::failed;
}

ParseStatus FieldSection::fail_in_line(char byte, const char* detail) {
  if (byte == '\n') return fail(Cause::client_bad_line_ending, Cause::upstream_bad_line_ending, "bare LF");
  if (byte == '\r') return fail(Cause::client_bad_line_ending, Cause::upstream_bad_line_ending, "CR out of place");
  if (base::is_ows(byte)) detail = "white space in a field name or before its colon";
  return fail(Cause::client_bad_field, Cause::upstream_bad_field, detail);
}

}  // namespace headgate::http
