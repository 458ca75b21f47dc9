#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "headgate/error.hpp"

namespace headgate::http {

/// The trailer section of an HTTP/2 message: as "Name: value\r\n" lines, like BodyDecoder::trailer_lines().
class Http2TrailerReader {
 public:
  explicit Http2TrailerReader(Origin side = Origin::client) : side_{side} {}

  void begin();
  void add(std::string_view name, std::string_view value);
  [[nodiscard]] Error error() const { return error_; }
  [[nodiscard]] const std::string& lines() const { return lines_; }

 private:
  Origin side_;
  std::string lines_;
  std::size_t decoded_ = 0;
  Error error_;
};

}  // namespace headgate::http
