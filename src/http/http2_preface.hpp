#pragma once

#include <cstdint>
#include <string_view>

namespace headgate::http {

/// What every client of HTTP/2 sends first (RFC 9113 s3.4).
inline constexpr std::string_view http2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

enum class Preface : std::uint8_t { none, incomplete, complete };

/// Whether a connection that may speak either version begins so. "PRI" is no method of HTTP/1.1.
constexpr Preface find_http2_preface(std::string_view begin) {
  const std::string_view known = begin.substr(0, http2_preface.size());
  if (known != http2_preface.substr(0, known.size())) return Preface::none;
  return known.size() == http2_preface.size() ? Preface::complete : Preface::incomplete;
}

}  // namespace headgate::http
