#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headgate::testing {

using FieldList = std::vector<std::pair<std::string, std::string>>;

/// One message as it came over the wire. Parsed leniently: tests judge what is in it.
struct Message {
  std::string head;        ///< raw, with its empty line
  std::string start_line;  ///< without CR LF
  FieldList fields;        ///< names as received
  std::string body;        ///< decoded
  FieldList trailers;
  std::vector<std::string> chunk_lines;  ///< raw size lines of a chunked body, with extensions

  /// The values of all fields of that name (case-insensitive), joined by ", "; "" when there is none.
  [[nodiscard]] std::string field(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return count(name) > 0; }
  [[nodiscard]] std::string trailer(std::string_view name) const;
  [[nodiscard]] bool is_chunked() const;
};

struct Request : Message {
  std::string method;
  std::string target;
};

struct Response : Message {
  int status = 0;
};

/// Throw std::runtime_error when there is no start line that can be split.
Request parse_request_head(std::string head);
Response parse_response_head(std::string head);
/// Lines "name: value" that end in CR LF.
FieldList parse_fields(std::string_view lines);

[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

/// One chunk of a chunked body; "" is the last one without the trailer section's empty line.
std::string chunk(std::string_view bytes);

}  // namespace headgate::testing
