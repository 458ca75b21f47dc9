// The header of the PROXY protocol, version 1 and 2 (haproxy.org/download/2.9/doc/proxy-protocol.txt): who is connected
// to the proxy in front of us, or to us, as the proxy behind us shall see it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/connection_source.hpp"

namespace headgate::net {

struct ParsedProxyHeader {
  enum class Status : std::uint8_t {
    need_more,
    complete,
    absent,  ///< these bytes do not begin one
    bad,
  };
  Status status = Status::need_more;
  std::size_t size = 0;           ///< of a complete one: what comes behind it is the connection's own
  const char* detail = "";        ///< what is bad
  base::ConnectionSource source;  ///< without an address: the connection is its peer's own (LOCAL, UNKNOWN, UNSPEC)
};

/// The longest header that is taken, with all its TLVs.
constexpr std::size_t most_proxy_header_bytes = 4096;

/// `bytes`: all that has come since the beginning of the connection. Never reads behind the header.
[[nodiscard]] ParsedProxyHeader parse_proxy_header(std::string_view bytes);

/// To send, of a client's connection. The version must not be `none`.
[[nodiscard]] std::string write_proxy_header(base::ProxyVersion version, const base::ConnectionSource& source);
/// Of a connection that is our own, as a probe's.
[[nodiscard]] std::string write_local_proxy_header(base::ProxyVersion version);

}  // namespace headgate::net
