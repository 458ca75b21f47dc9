#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headgate::config {

struct SyntaxError {
  std::size_t offset = 0;
  std::string message;
};

/// Where JSON broke and why, in plain words with a hint for the usual slips. `offset`: of the token that broke it.
/// `separator`: the ',' or ':' that could have stood before that token, 0 if none could. `read` and `what` are what
/// nlohmann's parser says: bytes consumed and its own message.
SyntaxError explain_syntax_error(std::string_view text, std::size_t offset, char separator, std::size_t read,
                                 std::string_view what);

}  // namespace headgate::config
