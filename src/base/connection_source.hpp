#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/ip_address.hpp"

namespace headgate::base {

/// Whose connection it is: as the kernel says, or a PROXY header.
struct ConnectionSource {
  std::optional<IpAddress> address;  ///< none: unknown, as of a Unix socket
  std::uint16_t port = 0;
  std::optional<IpAddress> destination;
  std::uint16_t destination_port = 0;
  // What the sender of a header told beside it; opaque bytes, of a bounded length.
  std::string alpn;
  std::string authority;  ///< the host name of its TLS client (SNI)
  std::string unique_id;
};

enum class ProxyVersion : std::uint8_t { none, v1, v2 };

}  // namespace headgate::base
