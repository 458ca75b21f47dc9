#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace headgate::observe {

/// Appends `text` as the inside of a JSON string (RFC 8259 s7). Whatever the bytes are, the result is valid UTF-8 on
/// one line that a terminal can show: control characters (C0, DEL, C1) are escaped, each invalid byte becomes U+FFFD.
void append_escaped(std::string& out, std::string_view text);

/// Appends one JSON object and a line feed to `out`, member by member. Names are ours: they are not escaped.
class JsonLine {
 public:
  explicit JsonLine(std::string& out) : out_{out} { out_ += '{'; }

  /// A truncated text ends in an ellipsis.
  void text(std::string_view name, std::string_view value, bool truncated = false);
  void number(std::string_view name, std::int64_t value);
  void number(std::string_view name, double value);
  /// Microseconds, written as milliseconds with three decimals.
  void millis(std::string_view name, std::int64_t microseconds);
  /// A name that is not ours, such as a key of an event.
  void member_name(std::string_view name);
  void end() { out_ += "}\n"; }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace headgate::observe
