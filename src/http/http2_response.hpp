// From the fields of an HTTP/2 response (RFC 9113 s8.3.2) to its head, by way of the HTTP/1.1 head that they stand for:
// as http2_request.hpp does it, so that there is one set of rules for responses.
//
//   reader.begin(limits);                        // HEADERS
//   reader.add(name, value);                     // each of its fields, in order
//   Error error = reader.finish(text);           // which has grown by one head
//   error = parse_http2_head(text, limits, method, head);
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "headgate/error.hpp"
#include "headgate/heads.hpp"
#include "http/head_parser.hpp"

namespace headgate::http {

class Http2ResponseReader {
 public:
  void begin(const HeadLimits& limits);
  void add(std::string_view name, std::string_view value);
  /// Appends the head to `text`, if it is good.
  Error finish(std::string& text);
  /// Of a head that is complete, and good: whether another one follows.
  [[nodiscard]] bool is_interim() const { return interim_; }

 private:
  void add_status(std::string_view value);

  std::string text_;
  HeadLimits limits_;
  bool has_status_ = false;
  bool interim_ = false;
  Error error_;
};

/// The head that `text` begins with. `consumed`: its length. A body whose length nobody told ends where its stream
/// ends: BodyKind::chunked.
Error parse_http2_head(std::string_view text, const HeadLimits& limits, Method request_method, ResponseHead& head,
                       std::size_t& consumed);

}  // namespace headgate::http
