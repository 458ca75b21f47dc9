// Bodies are pulled: whoever wants the next piece asks for it, so backpressure needs no further mechanism.
//
//   for (;;) {
//     const http::BodyPiece piece = co_await source.read();
//     if (piece.error.failed()) ...            // truncated, malformed, timed out
//     pass piece.data on (it is valid until the next read)
//     if (piece.last) break;                   // piece.trailers belong to it
//   }
#pragma once

#include <string_view>

#include "base/task.hpp"
#include "headgate/error.hpp"

namespace headgate::http {

struct BodyPiece {
  std::string_view data;
  std::string_view trailers;  ///< with `last`: "Name: value\r\n" lines
  bool last = false;
  Error error = Error::none();
};

class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual base::Task<BodyPiece> read() = 0;
  /// What has arrived already, without waiting; an empty piece that is not `last` if nothing has.
  virtual BodyPiece read_buffered() = 0;
};

}  // namespace headgate::http
