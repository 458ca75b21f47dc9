#pragma once

#include <boost/assert/source_location.hpp>
#include <stdexcept>
#include <string>

#include "headgate/cause.hpp"

namespace headgate {

/// One failure. Small and trivially copyable: it travels by value on the data path.
struct Error {
  Cause cause = Cause::internal;
  int os_error = 0;         ///< errno of the call that failed, 0 if none did
  const char* detail = "";  ///< static text that narrows the cause down ("second Content-Length"); never from the wire

  constexpr Error() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): `return Cause::no_route;` is how most errors begin
  constexpr Error(Cause c, const char* d = "", int e = 0) : cause{c}, os_error{e}, detail{d} {}

  /// The value of an operation that has nothing to return and did not fail.
  static constexpr Error none() { return Error{Cause::none}; }
  [[nodiscard]] constexpr bool failed() const { return cause != Cause::none; }
  [[nodiscard]] constexpr const CauseInfo& info() const { return headgate::info(cause); }
  friend constexpr bool operator==(const Error& a, const Error& b) { return a.cause == b.cause; }
};

/// Called by Result<T>::value() when it holds an error: only start-up code and tests use value().
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(std::string(to_string(error.cause)) + (*error.detail != '\0' ? ": " : "") + error.detail);
}

}  // namespace headgate
