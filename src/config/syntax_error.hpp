#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headgate::config {

struct SyntaxError {
  std::size_t offset = 0;
  std::string message;
};

/// Where JSON broke and why, in plain words with a hint for the usual slips. `read`, `token` and `what` are what
/// nlohmann's parser says: bytes consumed, the last token, its own message.
SyntaxError explain_syntax_error(std::string_view text, std::size_t read, std::string_view token,
                                 std::string_view what);

}  // namespace headgate::config
