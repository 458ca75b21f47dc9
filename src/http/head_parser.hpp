// Heads of HTTP/1.x messages, parsed as they arrive. Strict: whatever two parsers could read differently is refused
// (docs/http.md lists what and why); never copies, never allocates once the head's field list has its capacity.
//
//   RequestParser parser{limits};
//   for (;;) {
//     switch (parser.parse(received, head)) {       // received grows at its end, at the same address
//       case ParseStatus::need_more: read more; continue;
//       case ParseStatus::failed:    refuse with parser.error(), close;
//       case ParseStatus::complete:  body begins at received.substr(parser.consumed());
//     }
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "headgate/error.hpp"
#include "headgate/heads.hpp"
#include "http/field_section.hpp"
#include "http/target.hpp"

namespace headgate::http {

struct HeadLimits {
  std::size_t head_bytes = 32 * 1024;   ///< start line, fields and empty line together
  std::size_t target_bytes = 8 * 1024;  ///< requests only
  std::uint32_t header_count = 100;
};

class RequestParser {
 public:
  explicit RequestParser(HeadLimits limits) : limits_{limits} {}

  /// Before the next message, and whenever the bytes of this one have moved (parse again from its first byte then).
  void reset();
  /// `bytes`: everything received since the first byte of this message, at the same address in each call until
  /// reset(). Goes on where it stopped. The views in `head` point into `bytes`; all of `head` is filled in when the
  /// result is `complete`.
  ParseStatus parse(std::string_view bytes, RequestHead& head);
  /// Length of the head with leading empty lines and the final empty line; meaningful once complete.
  [[nodiscard]] std::size_t consumed() const { return at_; }
  [[nodiscard]] Error error() const { return error_; }
  /// A byte beyond leading empty lines has come: the client has begun a request.
  [[nodiscard]] bool started() const { return stage_ > Stage::empty_lines; }

 private:
  enum class Stage : std::uint8_t { fresh, empty_lines, method, target, version, fields, complete, failed };

  ParseStatus run(std::string_view bytes, RequestHead& head);
  ParseStatus skip_empty_lines(std::string_view bytes);
  ParseStatus parse_method(std::string_view bytes, RequestHead& head);
  ParseStatus parse_target(std::string_view bytes, RequestHead& head);
  ParseStatus parse_version(std::string_view bytes, RequestHead& head);
  ParseStatus finish(RequestHead& head);
  ParseStatus fail(Error error);

  HeadLimits limits_;
  FieldSection fields_{Origin::client};
  TargetScan scan_;
  std::size_t at_ = 0;     ///< the next byte to look at
  std::size_t token_ = 0;  ///< where the current token began
  Error error_;
  Stage stage_ = Stage::fresh;
  std::uint8_t empty_lines_ = 0;
};

class ResponseParser {
 public:
  explicit ResponseParser(HeadLimits limits) : limits_{limits} {}

  void reset();
  /// As RequestParser::parse. Interim (1xx) heads are complete heads without a body: reset() and parse on for the
  /// final one. A 101 fails unless the request asked for an upgrade.
  ParseStatus parse(std::string_view bytes, ResponseHead& head, Method request_method, bool asked_upgrade = false);
  [[nodiscard]] std::size_t consumed() const { return at_; }
  [[nodiscard]] Error error() const { return error_; }
  /// A byte of the response has come.
  [[nodiscard]] bool started() const { return stage_ != Stage::fresh; }

 private:
  enum class Stage : std::uint8_t { fresh, status, reason, fields, complete, failed };

  ParseStatus run(std::string_view bytes, ResponseHead& head, Method request_method, bool asked_upgrade);
  ParseStatus parse_status(std::string_view bytes, ResponseHead& head);
  ParseStatus parse_reason(std::string_view bytes, ResponseHead& head);
  ParseStatus finish(ResponseHead& head, Method request_method, bool asked_upgrade);
  ParseStatus fail(Error error);

  HeadLimits limits_;
  FieldSection fields_{Origin::upstream};
  std::size_t at_ = 0;
  Error error_;
  Stage stage_ = Stage::fresh;
};

}  // namespace headgate::http
