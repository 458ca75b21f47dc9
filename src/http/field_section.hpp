// The field lines of a head (RFC 9112 s5), the same for requests and responses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "headgate/error.hpp"
#include "headgate/heads.hpp"
#include "headgate/result.hpp"

namespace headgate::http {

enum class ParseStatus : std::uint8_t { need_more, complete, failed };

/// What the Connection field said (RFC 9110 s7.6.1).
struct ConnectionOptions {
  bool close = false;
  bool keep_alive = false;
  bool upgrade = false;
};

/// Parses field lines up to and including the empty line. Continues at the very byte where it stopped. Recognises
/// Content-Length, Transfer-Encoding and repeated fields as they come, so that a bad one fails at once.
class FieldSection {
 public:
  explicit FieldSection(Origin side) : side_{side} {}

  /// `begin`: offset of the first field line.
  void reset(std::size_t begin);
  /// Appends to `fields`. `at` is moved to the byte after the last one that was read.
  ParseStatus parse(std::string_view bytes, std::size_t& at, std::uint32_t max_count, Fields& fields);
  [[nodiscard]] Error error() const { return error_; }

  [[nodiscard]] bool has(FieldId id) const { return (seen_ & bit(id)) != 0; }
  [[nodiscard]] std::uint64_t content_length() const { return content_length_; }
  /// Reads the Connection fields and marks those that they name as hop-by-hop. More than 64 options fail.
  Result<ConnectionOptions> apply_connection(Fields& fields) const;

 private:
  enum class Stage : std::uint8_t { line_start, name, before_value, value, line_feed, last_line_feed };

  static constexpr std::uint64_t bit(FieldId id) { return std::uint64_t{1} << static_cast<unsigned>(id); }
  ParseStatus fail(Cause client, Cause upstream, const char* detail);
  ParseStatus fail_in_line(char byte, const char* detail);
  bool begin_line(char first, std::size_t at, bool room);
  bool take(const char* bytes, Fields& fields);
  bool check_framing(const Field& field);

  Origin side_;
  Stage stage_ = Stage::line_start;
  std::uint64_t seen_ = 0;  ///< bit n: a field with FieldId n has come
  std::uint64_t content_length_ = 0;
  std::size_t name_begin_ = 0;
  std::size_t name_end_ = 0;
  std::size_t value_begin_ = 0;
  std::size_t value_end_ = 0;
  Error error_;
};

}  // namespace headgate::http
