#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace headgate {

/// Registered methods that the proxy treats by name; every other valid token is `other` and is forwarded as it came.
enum class Method : std::uint8_t { other, get, head, post, put, delete_, connect, options, trace, patch };

constexpr std::string_view to_string(Method method) {
  constexpr std::array<std::string_view, 10> names{"",       "GET",     "HEAD",    "POST",  "PUT",
                                                   "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  return names[static_cast<std::size_t>(method)];
}

/// Methods are case-sensitive (RFC 9110 s9.1).
constexpr Method method_of(std::string_view token) {
  for (std::uint8_t i = 1; i < 10; ++i)
    if (token == to_string(static_cast<Method>(i))) return static_cast<Method>(i);
  return Method::other;
}

/// RFC 9110 s9.2.2. An unknown method is never taken to be idempotent.
constexpr bool is_idempotent(Method method) {
  return method == Method::get || method == Method::head || method == Method::put || method == Method::delete_ ||
         method == Method::options || method == Method::trace;
}

}  // namespace headgate
