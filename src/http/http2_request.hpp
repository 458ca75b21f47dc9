// From the fields of an HTTP/2 request (RFC 9113 s8) to its head. They are written as the HTTP/1.1 head that they stand
// for, and read by the one parser: whatever is refused in HTTP/1.1 is refused here, in the same words, and what goes to
// the backend cannot differ from what was checked. An extended CONNECT (RFC 8441) for a WebSocket is written as the GET
// that asks for one in HTTP/1.1, with a key of ours.
//
//   reader.begin(text);                       // HEADERS
//   reader.add(name, value);                  // each of its fields, in order
//   switch (reader.finish(end_stream, head))  // head points into text
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "headgate/error.hpp"
#include "headgate/heads.hpp"
#include "http/head_parser.hpp"

namespace headgate::http {

class Http2RequestReader {
 public:
  /// For the next request. `text` outlives it and the head.
  void begin(std::string& text, HeadLimits limits);
  void add(std::string_view name, std::string_view value);

  enum class Outcome : std::uint8_t {
    complete,
    refused,    ///< to be answered with the error's status
    malformed,  ///< a stream error (RFC 9113 s8.1.1): other readers could understand it otherwise
  };
  /// `end_stream`: no body follows. Unless complete, only method, target and Content-Type are filled in, if they are
  /// known, and point into this object.
  Outcome finish(bool end_stream, RequestHead& head);
  [[nodiscard]] Error error() const { return error_; }

 private:
  void add_pseudo(std::string_view name, std::string_view value);
  void add_field(std::string_view name, std::string_view value);
  [[nodiscard]] bool is_connect() const;
  [[nodiscard]] bool is_extended_connect() const;
  bool check_pseudo();
  void begin_fields();
  void end_fields();
  Outcome parse(bool end_stream, RequestHead& head);
  void fail(Error error, Outcome outcome = Outcome::malformed);

  std::string* text_ = nullptr;
  HeadLimits limits_;
  std::string method_;
  std::string scheme_;
  std::string path_;
  std::string authority_;
  std::string protocol_;
  std::string host_;
  std::string cookie_;
  std::string content_type_;  ///< gRPC calls are refused in their own way
  std::size_t decoded_ = 0;
  unsigned seen_ = 0;  ///< pseudo fields
  bool has_host_ = false;
  bool fields_begun_ = false;
  Error error_;
  Outcome outcome_ = Outcome::complete;
};

}  // namespace headgate::http
