#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace headgate::state {

/// The words of a command, each any bytes.
using RedisCommand = std::vector<std::string>;

struct RedisReply {
  enum class Kind : std::uint8_t { nil, status, text, integer, array, error };

  Kind kind = Kind::nil;
  std::string text;  ///< of status, text and error
  std::int64_t integer = 0;
  std::vector<RedisReply> elements;

  [[nodiscard]] bool is_ok() const { return kind == Kind::status && text == "OK"; }
  [[nodiscard]] bool is_error() const { return kind == Kind::error; }
};

}  // namespace headgate::state
