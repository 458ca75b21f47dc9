// Fields as HTTP/2 has them (RFC 9113 s8.2), on their way in and out.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/error.hpp"
#include "headgate/heads.hpp"

namespace headgate::http {

/// Whether a field that is no pseudo field may stand in a message: a lower-case name, a value without control
/// characters or surrounding white space, nothing that manages a connection. Written as a line of HTTP/1.1, one that
/// may is that one line and nothing else. `side`: who sent it.
Error check_http2_field(std::string_view name, std::string_view value, FieldId id, Origin side = Origin::client);
/// The same for the value alone.
Error check_http2_value(std::string_view value, Origin side = Origin::client);

/// What a field counts for in the size of a section (RFC 9113 s6.5.2).
constexpr std::size_t field_overhead = 32;
constexpr std::size_t section_size(std::string_view name, std::string_view value) {
  return name.size() + value.size() + field_overhead;
}

/// A field section for nghttp2, which copies it and makes the names lower-case. Points into the text that it was made
/// of.
class Http2Fields {
 public:
  /// A complete HTTP/1.1 response head, without fields that manage the connection, as ":status" and the rest. Returns
  /// where the body begins in the text.
  std::size_t take_response_head(std::string_view text);
  /// A complete HTTP/1.1 request head of RequestPlan::http2, as its pseudo fields and the rest. `scheme` outlives it.
  void take_request_head(std::string_view text, std::string_view scheme);
  /// "Name: value\r\n" lines. Returns where the text, or its part in front of an empty line, ends.
  std::size_t take_lines(std::string_view lines);

  void clear() { fields_.clear(); }
  [[nodiscard]] const nghttp2_nv* data() const { return fields_.data(); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }

 private:
  void add(std::string_view name, std::string_view value);

  std::vector<nghttp2_nv> fields_;
};

}  // namespace headgate::http
